#pragma once

#include "list/list.h"

/* Check that every --accept-total names a list; ZX_USAGE. */
int	 list_accept(const struct opt_list *, struct err *);
/* Go back to where the lists of this pass were left, and accept those that
   --accept-total names. */
int	 list_open(struct lists *, struct err *);
