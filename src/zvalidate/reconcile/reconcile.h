#ifndef ZVALIDATE_RECONCILE_H
#define ZVALIDATE_RECONCILE_H

#include "accept.h"
#include "domain/job.h"

/* --format, for opt_set.tables. */
struct opt *reconcile_options(void);
/*
 * Read the qTest project back and compare it by content with what the source
 * says; the database of the job is open.  Tells each difference on stdout and
 * in table issue.  Those that accept answers for are told as accepted and do not
 * count.  0: none; ZX_DIFF: some; -1: it could not be done.
 */
int	 reconcile_run(struct job *, struct accept *, const char *ca_file, struct err *);

#endif
