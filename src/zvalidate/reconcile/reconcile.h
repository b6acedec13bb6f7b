#pragma once

#include "accept.h"
#include "domain/job.h"

/* Return the options of --reconcile, for opt_set.tables. */
struct opt *reconcile_options(void);
/*
 * Read the qTest project back and compare it by content with the effects and with the
 * source tables; the job's database must be open.  Print each difference and store it
 * in table issue.  Accepted differences are printed as such and do not count.  0:
 * there is none; ZX_DIFF: there are some; -1: the comparison was not possible.
 */
int	 reconcile_run(struct job *, struct accept *, const char *ca_file, struct err *);
