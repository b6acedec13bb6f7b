#pragma once

#include "plan.h"

/* Prints for --plan the totals of a project, from one small request for each list,
   and the requests that a run would send. */

/* Send one request for the project, and one to Jira when it is set. */
int	 plan_check(const struct plan *, struct err *);
/* Print on stdout what a first pass would request. */
int	 plan_print(const struct plan *, struct err *);
