#pragma once

#include "reconcile/compare.h"

/* Compare a case with the body of its effect, and with the source. */
void	 match_case(struct compare *, const struct json *, struct found *);
