#ifndef ZLOAD_PLAN_EFFECTS_H
#define ZLOAD_PLAN_EFFECTS_H

struct err;
struct load;

/* Print what a load would do, and do nothing.  0, -1. */
int	 plan(struct load *, struct err *);

#endif
