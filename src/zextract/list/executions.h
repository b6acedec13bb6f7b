#pragma once

#include "source.h"

/* Set the key of the case where an execution has its id alone.  Runs in the
   transaction in which all lists are complete. */
int	 executions_join(struct source *, struct err *);
