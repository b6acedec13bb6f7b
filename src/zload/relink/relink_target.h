#pragma once

#include <stdint.h>

struct err;
struct json;
struct task;

/* If the object that a key names is in qTest. */
enum relink_found {
	RELINK_NONE,		/* no effect makes it, or the effect has failed */
	RELINK_LATER,		/* its effect is not done yet, or not read yet */
	RELINK_KNOWN
};

/* The object that a key names: its kind, the key of its effect (the caller frees it) and its
   id, 0 unless it is known.  An execution names its run. */
struct relink_target {
	const char	*kind;
	char		*ekey;
	int64_t		 id;
};

/* Find the object that a key ("DEMO-T12") names.  An enum relink_found and *out, or -1. */
int	 relink_target(const struct task *, const char *key, struct relink_target *out,
	    struct err *);
