#pragma once

#include "steps/step_result.h"

/* Read the step results of a log from its symbolic body, and find their places.  1, 0 when
   the task is blocked, -1. */
int	 step_results(struct task *, const struct json *body, struct err *);
/* Put the step logs of a new log into its body, and the results without a place into its
   note.  0, -1. */
int	 step_logs(struct task *, struct err *);
/* Put status and actual result into a step log; a NULL result clears them.  1, or 0 when
   qTest has no status for a step without a result. */
int	 step_log_put(struct task *, struct json *log, const struct step_result *);
