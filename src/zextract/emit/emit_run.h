#pragma once

#include "emit/emit.h"

/* Write a page of plans or cycles, by the stream that is written, or of executions, in
   load order.  Return the number of rows, or -1. */
int	 emit_planning_page(struct emit *, struct err *);
int	 emit_executions(struct emit *, struct err *);
