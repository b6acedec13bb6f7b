#pragma once

#include <stdint.h>

struct err;
struct task;

/* Put the step logs of the log in .doc, with the results of the task, into the body of its
   update.  0, -1. */
int	 step_logs_update(struct task *, struct err *);
/* Find the step log, of the log in .doc, that has result n of .results, counted
   from 1; *id is 0 when none is certain.  0, -1. */
int	 step_log_find(struct task *, int64_t n, int64_t *id, struct err *);
