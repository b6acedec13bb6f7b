#ifndef ZLOAD_GUARD_H
#define ZLOAD_GUARD_H

struct err;
struct load;

/* Fail with 78 when qTest holds objects of ours that no ledger row explains.  0, -1. */
int	 guard_check(struct load *, struct err *);
/* Record how an adoption stands: "open", then "done".  0, -1. */
int	 guard_adopt_mark(struct load *, const char *state, struct err *);

#endif
