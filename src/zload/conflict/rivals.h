#pragma once

struct err;
struct json;
struct rivals;
struct task;
struct work;

/* The outcome of a search for a rival. */
enum rival { RIVAL_NONE, RIVAL_FOUND, RIVAL_LISTING };

/* Make an empty list of containers; close it with rivals_close(). */
struct rivals *rivals_open(struct work *);
/*
 * Find the rival of a task, whose body and parent are resolved: an object of its kind and
 * name without a marker in a container that zload did not create.  RIVAL_FOUND and *out;
 * RIVAL_NONE; RIVAL_LISTING when the container is being listed: the task is TASK_LOOKUP
 * and becomes TASK_READY when the listing has ended, or has ended because qTest refuses the
 * listing; -1.
 */
int	 rival_find(struct task *, const struct json **out, struct err *);
/* Free the list; NULL does nothing. */
void	 rivals_close(struct rivals *);
