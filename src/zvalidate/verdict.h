#pragma once

#include "base/err.h"

enum rule_level { RULE_INFO, RULE_WARNING, RULE_ERROR, RULE_LEVELS };

enum { VERDICTS = 32 };		/* rules that one record may break */

/* The findings on a record, one for each rule that it breaks. */
struct verdict {
	struct rule_finding {
		char		*rule, *what;
		enum rule_level	 level;
	}	 v[VERDICTS];
	int	 n;
};

const char	*verdict_level_name(enum rule_level);
/* Add a finding, or join it to another of its rule.  -1: a text is NULL, the level is
   unknown, or there are too many findings (ZX_CONFIG). */
int	 verdict_add(struct verdict *, const char *rule, const char *level, const char *what,
	    struct err *);
/* Free the findings and remove them. */
void	 verdict_free(struct verdict *);
