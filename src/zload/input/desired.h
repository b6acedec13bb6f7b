#ifndef ZLOAD_DESIRED_H
#define ZLOAD_DESIRED_H

#include "domain/ledger/target.h"

struct load;

/* Ask the ledger for the effect of a row, and for the approval of a case.  The caller
   has a transaction open.  0, -1. */
int	 desired_row(struct load *, const struct target *, struct err *);

#endif
