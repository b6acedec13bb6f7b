#ifndef ZLOAD_RECORD_GONE_H
#define ZLOAD_RECORD_GONE_H

#include "domain/ledger/target.h"

struct load;
struct task;

/* Is the record of a task still in Zephyr?  1 when it is or nobody knows; 0 when the task
   has ended, since it is gone, or waits for its record to come; -1. */
int	 check_gone(struct task *, struct err *);
/* Is the row of a pass before one in which its stream came whole? */
int	 gone_row(const struct load *, const struct target *);

#endif
