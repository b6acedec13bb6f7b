#pragma once

#include <stdint.h>

#include "domain/ledger/effect.h"
#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The desired content of qTest (table target): one row per effect and map.  ztransform
 * writes the rows; zload reads them, and writes those that arrive by pipe and are not
 * there yet.  A row can be made again from the source.
 *
 * body is the canonical text of {"body":...,"parent":...} of the effect, hash its
 * sha256.  An effect's place is ord = seq * 16 + its index in the record (15 for all from the
 * 15th on), where seq is the number of the record in its stream.
 */
enum { TARGET_TEXTS = 10 };
struct target {
	union {
		struct {
			char	*kind, *ekey, *skey, *lane, *needs, *body;
			char	*source_hash, *changes, *grade, *reason;
		};
		char	*text[TARGET_TEXTS];	/* in the order of the columns that target.c
						   reads */
	};
	char		 hash[65];
	enum effect_kind type;		/* kind, parsed */
	enum stream	 stream;
	int64_t		 ord, pass;
};

enum { TARGET_EFFECTS = 16 };	/* places of one record */

/* Free the members, and zero the row. */
void	 target_free(struct target *);

/*
 * Copy effect number n of a target record, whose stream, key and seq are given.  0, or -1
 * with ZX_DATA if it is no effect.
 */
int	 target_read(struct target *, const struct json *effect,
	    enum stream, const char *skey, int64_t seq, int n, struct err *);

/*
 * Put a row, in the caller's transaction, unless it is stored with the same hash, pass
 * and changes.  Several records may contain one effect: within a pass it belongs to the
 * first of them in the order of the streams, and the rows of the others are not put.
 * 0, or -1.
 */
int	 target_put(struct db *, const char *project, const char *map,
	    const struct target *, struct err *);
/* As target_put; 1 if the row belongs to this record, 0 if to another, -1. */
int	 target_own(struct db *, const char *project, const char *map,
	    const struct target *, struct err *);
/*
 * Set *pass to the newest pass of which a stream was transformed or loaded whole with
 * this map (checkpoint_end), 0 if there is none.  A row of an older pass belongs to a
 * record that no longer exists.  0, or -1.
 */
int	 target_whole(struct db *, const char *project, const char *map,
	    enum stream, int64_t *pass, struct err *);
/* Find a row: 1 and *out, which the caller frees; 0, -1. */
int	 target_get(struct db *, const char *project, const char *map,
	    const char *kind, const char *ekey, struct target *out, struct err *);
/*
 * Read rows of a stream in order, after the place (ord, ekey); the first call passes -1
 * and "".  Fill at most n into out, which the caller frees; return how many, or -1.
 */
int	 target_page(struct db *, const char *project, const char *map,
	    enum stream, int64_t ord, const char *ekey, int n,
	    struct target *out, struct err *);
