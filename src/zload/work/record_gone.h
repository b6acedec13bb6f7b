#pragma once

#include "domain/ledger/target.h"

struct input;
struct task;

/* Check that the record of a task is still in Zephyr.  1 when it is or may be; 0 when the
   task has ended because the record is gone, or is blocked until it is read; -1. */
int	 check_gone(struct task *, struct err *);
/* True if the row is of an older pass than the newest complete pass of its stream. */
int	 gone_row(const struct input *, const struct target *);
