#pragma once

#include <stdint.h>

struct err;
struct task;

/* Files of step results, which go to the step logs of their log. */

/* Find the step log that has result n of the log with this key and id, for the file of a task;
   *id is 0 when none is certain, and the file goes to the log.  1, 0 when the task is blocked or
   has ended, -1. */
int	 file_log_step_find(struct task *, const char *key, int64_t log, int64_t n, int64_t *id,
	    struct err *);
