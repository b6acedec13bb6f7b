#pragma once

#include "domain/job.h"
#include "reconcile/compare.h"

/*
 * Compare each expected effect with the object in the stage that has its marker, and
 * count both.  with is what all comparisons share; its object names the differences.
 * ZX_RETRY if the job is to stop; -1 also after a failure that the differences keep.
 */
int	 match_effects(struct job *, const struct compare *with, struct err *);

/* Compare an object of one kind with the body of its effect, and with the source. */
void	 match_case(struct compare *, const struct json *, struct found *);
void	 match_run(struct compare *, const struct json *, struct found *);
void	 match_log(struct compare *, const struct json *, struct found *);
