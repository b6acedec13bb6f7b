#pragma once

#include "emit/emit.h"

/* Write a page of folders, or of test cases, in load order.  Return the number of rows,
   or -1. */
int	 emit_folders(struct emit *, struct err *);
int	 emit_cases(struct emit *, struct err *);
