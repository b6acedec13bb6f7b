#ifndef ZLOAD_SCHEDULE_H
#define ZLOAD_SCHEDULE_H

struct err;
struct load;

/* Start the tasks that may start, at most room of them.  Return how many, -1. */
int	 schedule(struct load *, int room, struct err *);

#endif
