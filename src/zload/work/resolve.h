#pragma once

#include <stdint.h>

#include "io/json/json.h"

struct known_id;
struct task;

/* Copy body with ids in place of symbols (ztoq-stream(5)).  1 and *out (the caller frees
   it), 0 when the task is blocked or has ended, -1. */
int	 resolve(struct task *, const struct json *body, struct json *out, struct err *);
/* Find the ids of the effect "kind/ekey" that a task needs, and its kind.  1, 0, -1 as
   resolve(). */
int	 resolve_need(struct task *, const char *text, struct known_id *, char kind[32],
	    struct err *);
/* Find the id and kind of a parent; *id is 0 without one.  1, 0, -1 as resolve(). */
int	 resolve_parent(struct task *, const struct json *ref, int64_t *id,
	    char kind[32], struct err *);
