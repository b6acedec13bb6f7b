#ifndef DOMAIN_TARGET_H
#define DOMAIN_TARGET_H

#include <stdint.h>

#include "domain/ledger/effect.h"
#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * What should stand in qTest: one row an effect key and map (table target).
 * ztransform writes it, zload reads it and writes what came by pipe
 * otherwise.  A row can be made again from the source.
 *
 * body is the canonical text of {"body":...,"parent":...} of the effect; hash
 * is its sha256.  An effect's place is ord = seq * 16 + its index in the
 * record, seq being the record's number in its stream.
 */
struct target {
	char		*kind, *ekey, *skey, *lane, *needs, *body;
	char		*source_hash, *changes, *grade, *reason;
	char		 hash[65];
	enum effect_kind type;		/* what kind says */
	enum stream	 stream;
	int64_t		 ord, pass;
};

enum { TARGET_EFFECTS = 16 };		/* at most in one record */

void	 target_free(struct target *);	/* zeroes it; safe twice */

/*
 * From effect number n of the target record whose stream, key and seq are
 * given; everything is copied.  -1 and ZX_DATA when it is no effect.
 */
int	 target_read(struct target *, const struct json *effect,
	    enum stream, const char *skey, int64_t seq, int n, struct err *);

/*
 * In the caller's transaction.  A row with the same hash, pass and changes is
 * left alone (nothing is written); a new or different one is put in its place.
 * Several records may bring one effect: within a pass the one that comes first
 * in the order of the stream owns it, and what others bring is not put.
 */
int	 target_put(struct db *, const char *project, const char *map,
	    const struct target *, struct err *);
/* The same, and 1 when the row is this record's, 0 another's, -1. */
int	 target_own(struct db *, const char *project, const char *map,
	    const struct target *, struct err *);
/*
 * The newest pass of which a stream came whole, by this map (checkpoint_end); 0:
 * none did.  A row of an older pass is of a record that is no longer there.
 */
int	 target_whole(struct db *, const char *project, const char *map,
	    enum stream, int64_t *pass, struct err *);
/* 1 and *out (free it), 0 none such, -1. */
int	 target_get(struct db *, const char *project, const char *map,
	    const char *kind, const char *ekey, struct target *out, struct err *);
/*
 * A page in load order inside one stream: rows after (ord, ekey), at most n
 * into out (free each); how many, or -1.  Start with ord -1 and ekey "".
 */
int	 target_page(struct db *, const char *project, const char *map,
	    enum stream, int64_t ord, const char *ekey, int n,
	    struct target *out, struct err *);

#endif
