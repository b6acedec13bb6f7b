#ifndef ZVALIDATE_VALIDATE_H
#define ZVALIDATE_VALIDATE_H

#include "accept.h"
#include "domain/stream/filter.h"
#include "domain/finding.h"
#include "io/hash.h"
#include "rules.h"

/* What is said of one record, until its batch is committed. */
struct judged {
	enum stream	 stream;
	char		*key, *hash;
	struct verdict	 v[VERDICTS];
	const struct accepted *by[VERDICTS];
	int		 n, rejected;
	char		*line;		/* to be passed on, as it came */
	size_t		 len;
};

struct validate {
	const char	*side;		/* --side, or META's */
	struct rules	 rules;
	struct accept	 accept;
	struct finding	 finding;
	struct judged	 judged[FILTER_BATCH];
	int		 n;
	int64_t		 records, found[RULE_LEVELS], accepted;
};

void	 validate_close(struct validate *);	/* all but itself */

extern const struct filter_ops validate_ops;	/* arg: struct validate */

#endif
