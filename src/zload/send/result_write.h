#pragma once

struct err;
struct task;

/* Write the outcome of a task into the ledger.  The caller has opened a transaction.  0, -1. */
int	 result_write(struct task *, struct err *);
/* Report the outcome of a task after the commit, and retry the tasks that wait for it.  0,
   -1. */
int	 result_after_commit(struct task *, struct err *);
