#ifndef ZLOAD_RUN_H
#define ZLOAD_RUN_H

struct err;
struct load;

/* Load until nothing is left to do or the run is asked to stop.  0, -1. */
int	 engine(struct load *, struct err *);

#endif
