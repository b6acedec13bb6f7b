#pragma once

#include "accept.h"
#include "domain/stream/filter.h"
#include "rules.h"

/* The filter that passes on the records that no error rejects. */
struct validator;
extern const struct filter_ops validate_ops;	/* arg: struct validator */

struct validate_counts {
	const char	*side;		/* --side, or that of META */
	int64_t		 records, found[RULE_LEVELS], accepted;
};

/* side: NULL for that of META; rules_dir: NULL for the embedded rules alone. */
struct validator *validate_new(const char *side, const char *rules_dir,
	    const struct accept *);
const struct validate_counts *validate_counts(const struct validator *);
void	 validate_free(struct validator *);
