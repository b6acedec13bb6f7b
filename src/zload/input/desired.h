#pragma once

#include "domain/ledger/target.h"

struct work;

/* Receive an effect, which is valid during the call.  0, -1. */
typedef int desired_do(void *arg, const struct effect *, struct err *);

/* Call each with the effects of a row by a map, which are its own and the approval of a case.
   0, or -1 as soon as each returns it. */
int	 desired_each(const struct target *, const char *map, desired_do *each, void *arg,
	    struct err *);
/* Enter the effect of a row, and the approval of a case, into the ledger as desired.  The
   caller has opened a transaction.  0, -1. */
int	 desired_row(struct work *, const struct target *, struct err *);
