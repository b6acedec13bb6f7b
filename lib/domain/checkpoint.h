#ifndef DOMAIN_CHECKPOINT_H
#define DOMAIN_CHECKPOINT_H

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"

/*
 * How far a stage is in a scope ("list:test_cases", "steps:X-T1").  A
 * checkpoint is written in the transaction that stores what it speaks of;
 * then it can never promise what is not there.
 */
struct checkpoint_of {
	struct db	*db;
	const char	*stage, *project;
	int64_t		 pass;		/* 0: what holds for every pass */
};

struct checkpoint {
	char	 cursor[160];	/* the stage's own words */
	int64_t	 seen;		/* rows so far */
	int64_t	 total;		/* what the server promised, -1: nothing */
	char	 state[16];	/* "open", "done", or the stage's own word */
};

/* 1 found, 0 none (zeroed, total -1), -1. */
int	 checkpoint_get(const struct checkpoint_of *, const char *scope,
	    struct checkpoint *, struct err *);
int	 checkpoint_put(const struct checkpoint_of *, const char *scope,
	    const struct checkpoint *, struct err *);
int	 checkpoint_drop(const struct checkpoint_of *, const char *scope,
	    struct err *);

/*
 * A stream of the pass has come to its END: scope "end:STREAM:OF" with what was
 * counted; map is the hash of the map behind it.  State "done", "partial" or
 * "unproven"; a whole one stays what it is until another map comes.
 */
int	 checkpoint_end(const struct checkpoint_of *, enum stream,
	    const char *of, const char *map, const struct stream_count *,
	    struct err *);

/*
 * Keep the qTest fields that a map names (z.fields of META, a JSON array), so
 * that stored effects can be loaded without the stream.  map is the map's hash;
 * the pass does not matter.  The row's time tells which map was used last.
 */
int	 checkpoint_fields_put(const struct checkpoint_of *, const char *map,
	    const char *fields, struct err *);
/* What any stage kept for this map: 1 and *fields (free it), 0 none, -1. */
int	 checkpoint_fields_get(struct db *, const char *project,
	    const char *map, char **fields, struct err *);

#endif
