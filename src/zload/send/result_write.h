#ifndef ZLOAD_RESULT_WRITE_H
#define ZLOAD_RESULT_WRITE_H

struct err;
struct task;

/* Write the outcome of a task.  The caller has a transaction open.  0, -1. */
int	 result_write(struct task *, struct err *);
/* Report the outcome, and look again at what waited for it.  0, -1. */
int	 result_after_commit(struct task *, struct err *);

#endif
