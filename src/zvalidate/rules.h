#pragma once

#include "domain/stream/stream.h"
#include "io/jqset.h"
#include "io/json/json.h"

/*
 * Record rules: for each stream the jq program SIDE_STREAM.jq, or SIDE_effects.jq, after
 * the definitions of finding.jq.  Files of the same name in a directory replace the
 * embedded ones.
 */
struct rules {
	const char	*side;		/* "source" or "target" */
	const char	*dir;		/* NULL: embedded ones only */
	struct jqset	*prog;		/* by stream; NULL: not compiled yet */
};

enum rule_level { RULE_INFO, RULE_WARNING, RULE_ERROR, RULE_LEVELS };

/* A finding on a record: the rule, its severity, and what it says. */
struct verdict {
	char		*rule, *what;
	enum rule_level	 level;
};

enum { VERDICTS = 32 };		/* rules that one record may break */

const char	*rule_level_name(enum rule_level);
/*
 * Apply the rules to a record and return the number of findings, which the caller
 * frees; several findings of one rule are joined.  -1: a program is wrong (ZX_CONFIG).
 */
int	 rules_judge(struct rules *, enum stream, const char *key,
	    const struct json *rec, struct verdict out[VERDICTS], struct err *);
void	 verdict_free(struct verdict *);
/* Compile the rules of all streams; ZX_CONFIG. */
int	 rules_compile(struct rules *, struct err *);
void	 rules_close(struct rules *);
