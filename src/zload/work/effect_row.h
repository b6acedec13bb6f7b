#ifndef ZLOAD_EFFECT_ROW_H
#define ZLOAD_EFFECT_ROW_H

#include "domain/ledger/target.h"

/* Make the ledger row that the row of table target asks for, by a map. */
void	 effect_of(struct effect *, const struct target *, const char *map);
/* Make the approval of a case. */
void	 effect_approve(struct effect *, const struct effect *of_case);

#endif
