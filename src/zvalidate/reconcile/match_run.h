#pragma once

#include "reconcile/compare.h"

/* Compare a run, or a log, with the body of its effect, and a log with the source. */
void	 match_run(struct compare *, const struct json *, struct found *);
void	 match_log(struct compare *, const struct json *, struct found *);
