#pragma once

#include "reconcile/expected.h"

/* Report each source object of the pass that has neither an effect, nor a reject, nor
   a loss that explains why; count all. */
int	 cover_check(const struct expected *, struct differences *, struct err *);
