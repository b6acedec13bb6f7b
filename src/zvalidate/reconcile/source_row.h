#pragma once

#include "reconcile/compare.h"

/* Compare, as source_case does, a folder, plan or cycle. */
void	 source_row(struct compare *, struct found *);
/* The same for a log, whose dates must be equal. */
void	 source_row_log(struct compare *, struct found *);
