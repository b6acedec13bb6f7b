#pragma once

#include <stdint.h>

#include "io/json/json.h"

struct task;

/* Request the object that a task updates.  0, -1. */
int	 update_ask(struct task *, struct err *);
/* Decide by the object in .doc: write it, keep an edit, or end the task because the object is
   as desired.  0, -1. */
int	 update_decide(struct task *, struct err *);
/* Return the id of the parent of an object, -1 when the object does not name it. */
int64_t	 update_parent(const struct json *doc);
