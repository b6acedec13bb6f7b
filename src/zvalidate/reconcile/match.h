#pragma once

#include "domain/job.h"
#include "reconcile/compare.h"

/*
 * Compare each expected effect with the object in the stage that has its marker, and
 * count both.  with is what all comparisons share; its object names the differences.
 * ZX_RETRY if the job is to stop; -1 also after a failure that the differences keep.
 */
int	 match_effects(struct job *, const struct compare *with, struct err *);
