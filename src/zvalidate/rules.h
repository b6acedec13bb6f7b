#pragma once

#include "domain/stream/stream.h"
#include "io/jqset.h"
#include "verdict.h"

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

/* Apply the rules to a record and add their findings to *out, which the caller frees.  An
   error of a program on this record is a finding.  -1: a program is wrong (ZX_CONFIG). */
int	 rules_judge(struct rules *, enum stream, const char *key,
	    const struct json *rec, struct verdict *out, struct err *);
/* Compile the rules of all streams; ZX_CONFIG. */
int	 rules_compile(struct rules *, struct err *);
void	 rules_close(struct rules *);
