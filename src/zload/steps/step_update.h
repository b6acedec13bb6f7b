#pragma once

struct err;
struct task;

/* Put the step logs of the log in .doc, with the results of the task, into the body of its
   update.  0, -1. */
int	 step_logs_update(struct task *, struct err *);
