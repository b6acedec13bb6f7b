#pragma once

#include <stdint.h>

struct err;
struct session;

/* Log a line for each kind of effect with its numbers in the ledger.  *failed counts the
   effects that failed or were skipped, *left those that are still to be done.  0, -1. */
int	 tally(const struct session *, int64_t *failed, int64_t *left, struct err *);
