#pragma once

struct err;
struct session;

/* Fail (ZX_CONFIG) when qTest has objects with markers of the project that the ledger does not
   contain: another database loaded them.  0, -1. */
int	 guard_check(struct session *, struct err *);
/* Record the state of --adopt, "open" or "done".  0, -1. */
int	 guard_adopt_mark(struct session *, const char *state, struct err *);
