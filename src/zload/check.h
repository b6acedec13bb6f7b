#ifndef ZLOAD_CHECK_H
#define ZLOAD_CHECK_H

struct err;
struct load;

/* Carry out --check: compare fields, statuses and rights with qTest.  The caller has
   opened qTest.  0, -1. */
int	 check_target(struct load *, struct err *);

#endif
