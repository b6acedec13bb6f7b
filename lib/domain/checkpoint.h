#pragma once

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"

/*
 * How far a stage is in a scope ("list:test_cases", "steps:X-T1").  A checkpoint is
 * written in the transaction that stores the rows it counts, so that it never promises
 * a row that is not there.  The functions below run in the caller's transaction, if they
 * write, and return 0 or -1 unless something else is said.
 */
struct checkpoint_of {
	struct db	*db;
	const char	*stage, *project;
	int64_t		 pass;		/* 0: the checkpoint holds for every pass */
};

struct checkpoint {
	char	 cursor[160];	/* the position, in a form of the stage's own */
	int64_t	 seen;		/* rows so far */
	int64_t	 total;		/* rows that the server announced, -1: unknown */
	char	 state[16];	/* "open", "done", or a word of the stage's own */
};

/* Read the checkpoint of a scope.  Returns 1, 0 if it has none (then zeroed, with total
   -1), or -1. */
int	 checkpoint_get(const struct checkpoint_of *, const char *scope,
	    struct checkpoint *, struct err *);
int	 checkpoint_put(const struct checkpoint_of *, const char *scope,
	    const struct checkpoint *, struct err *);
/* Store a text of any length as the cursor of a scope, with state "done". */
int	 checkpoint_put_text(const struct checkpoint_of *, const char *scope,
	    const char *text, int64_t seen, int64_t total, struct err *);
int	 checkpoint_drop(const struct checkpoint_of *, const char *scope,
	    struct err *);
/* Remove all checkpoints whose scope begins with prefix. */
int	 checkpoint_drop_all(const struct checkpoint_of *, const char *prefix,
	    struct err *);

/*
 * Record that a stream of the pass has come to its END, in scope "end:STREAM:OF", with
 * its counts; map is the hash of the map that was used.  The state is "done", "partial"
 * or "unproven"; "done" stays until another map is used.
 */
int	 checkpoint_end(const struct checkpoint_of *, enum stream,
	    const char *of, const char *map, const struct stream_count *,
	    struct err *);

/*
 * Store the qTest fields that a map names (z.fields of META, a JSON array), so that
 * stored effects can be loaded without the stream.  map is the map's hash; the pass does
 * not matter.  The row's time shows which map was used last.
 */
int	 checkpoint_fields_put(const struct checkpoint_of *, const char *map,
	    const char *fields, struct err *);
/* Read the fields that any stage stored for a map: 1 and *fields, which the caller
   frees; 0 if there are none, -1. */
int	 checkpoint_fields_get(struct db *, const char *project,
	    const char *map, char **fields, struct err *);
