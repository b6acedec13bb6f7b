#ifndef ZLOAD_STEP_UPDATE_H
#define ZLOAD_STEP_UPDATE_H

struct err;
struct task;

/* Put step logs into the body that updates the log in .doc.  0, -1. */
int	 step_logs_update(struct task *, struct err *);

#endif
