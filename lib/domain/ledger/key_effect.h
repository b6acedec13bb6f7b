#pragma once

#include "domain/stream/stream.h"
#include "io/db/db.h"

/* The effect whose object a key of Zephyr names: a case (DEMO-T1), a release (DEMO-P1), a cycle
   or suite (DEMO-R1), or the run of an execution (DEMO-E1). */
struct key_effect {
	enum stream	 stream;	/* of the record with this key */
	const char	*kind, *other;	/* other: the kind that it may have instead, or NULL */
	char		*ekey;		/* the caller frees it; NULL: no such record */
};

/* Find the effect of a key of the project.  1 and *out; 0 when key is NULL or names no test object;
   -1. */
int	 key_effect_find(struct db *, const char *project, const char *key,
	    struct key_effect *out, struct err *);
