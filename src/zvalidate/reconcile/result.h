#pragma once

#include "reconcile/compare.h"

/*
 * Compare step results and note of a log (body is expected) of a case with the marker
 * of.  older: the log has another version of the case than the stage.
 */
void	 result_match(struct compare *, const char *of, const struct json *body,
	    const struct found *, int older);
