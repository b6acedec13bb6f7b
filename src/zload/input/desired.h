#pragma once

#include "domain/ledger/target.h"

struct work;

/* Enter the effect of a row, and the approval of a case, into the ledger as desired.  The
   caller has opened a transaction.  0, -1. */
int	 desired_row(struct work *, const struct target *, struct err *);
