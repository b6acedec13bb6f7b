#pragma once

#include "accept.h"
#include "domain/stream/filter.h"
#include "rules.h"

struct validate_counts {
	int64_t	 records, found[RULE_LEVELS], accepted;
};

/*
 * Run a filter, whose job, unsealed and mute are set, that passes on the records that no
 * error rejects.  A side of the rules that is NULL is set to that of META.  Count the
 * records and the findings.  Return as filter_run.
 */
int	 validate_run(struct filter *, struct rules *, const struct accept *,
	    struct validate_counts *, struct err *);
