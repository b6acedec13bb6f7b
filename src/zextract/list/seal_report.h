#pragma once

#include "base/err.h"

struct source;

/* Report objects that no longer exist in Zephyr, and plan folders without plans.  Runs in
   the transaction that seals the pass. */
int	 seal_report(struct source *, struct err *);
