#ifndef ZLOAD_UPDATE_H
#define ZLOAD_UPDATE_H

#include <stdint.h>

#include "io/json/json.h"

struct err;
struct task;

/* Ask for the object of a task that is to be updated.  0, -1. */
int	 update_ask(struct task *, struct err *);
/* Decide by the object in .doc: write, keep an edit, or leave it as it is.  0, -1. */
int	 update_decide(struct task *, struct err *);
/* Return the id of the parent of an object, -1 when the object does not say. */
int64_t	 update_parent(const struct json *doc);

#endif
