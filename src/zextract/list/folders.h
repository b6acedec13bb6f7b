#pragma once

#include "source.h"

/* Report plan folders without plans at any depth.  Runs in the transaction that
   seals the pass. */
int	 folders_report_empty(struct source *, struct err *);
