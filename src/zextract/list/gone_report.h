#pragma once

#include "source.h"

/* Report objects that no longer exist in Zephyr.  Runs in the transaction that seals
   the pass. */
int	 report_gone(struct source *, struct err *);
