#ifndef ZLOAD_STEP_RESULTS_H
#define ZLOAD_STEP_RESULTS_H

#include "io/json/json.h"

struct err;
struct step_results;
struct task;

/* Find the places of the results of a log in its symbolic body.  1, 0 when the task is
   blocked, -1. */
int	 step_results(struct task *, const struct json *body, struct err *);
/* Put the step logs of a new log into its body, and what has no place into its note.
   0, -1. */
int	 step_logs(struct task *, struct err *);
void	 step_results_free(struct step_results *);

#endif
