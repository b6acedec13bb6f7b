#pragma once

#include "list/list.h"

/* Return the number that --accept-total gives for this list, or -1. */
int64_t	 list_accepted(const struct lists *, const struct list *);
/* End a list with the state word: do not count rows that only earlier sweeps saw,
   and call list_kind.whole. */
int	 list_finish(struct lists *, struct list *, struct list_state *,
	    const char *word, struct err *);
