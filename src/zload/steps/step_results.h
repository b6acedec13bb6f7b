#pragma once

#include "io/json/json.h"

struct step_results;
struct task;

/* Read the step results of a log from its symbolic body, and find their places.  1, 0 when
   the task is blocked, -1. */
int	 step_results(struct task *, const struct json *body, struct err *);
/* Put the step logs of a new log into its body, and the results without a place into its
   note.  0, -1. */
int	 step_logs(struct task *, struct err *);
