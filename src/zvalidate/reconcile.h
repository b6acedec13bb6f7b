#ifndef ZVALIDATE_RECONCILE_H
#define ZVALIDATE_RECONCILE_H

#include "domain/job.h"

/* --format, for opt_set.tables. */
struct opt *reconcile_options(void);
/*
 * Read the qTest project back and compare it by content with what the source
 * says; the database of the job is open.  Tells each difference on stdout and
 * in table issue.  0: none; ZX_DIFF: some; -1: it could not be done.
 */
int	 reconcile_run(struct job *, const char *ca_file, struct err *);

#endif
