#pragma once

#include "base/err.h"

struct attach;

/* Find the images inside the next page of stored rich texts, in any field.  Return 1, 0
   when all texts are searched, or -1. */
int	 inline_scan(struct attach *, struct err *);
