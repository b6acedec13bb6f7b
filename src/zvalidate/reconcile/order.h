#pragma once

#include "reconcile/expected.h"
#include "reconcile/stage.h"

/*
 * After match_effects: report siblings whose order differs from that of the source,
 * and objects whose marker is one of the project but not expected.  Return 0, or -1, also after
 * a failure that the differences keep.
 */
int	 order_check(const struct expected *, struct stage *, struct err *);
/* Return the object of a kind with this marker as one to report. */
struct object order_object(struct stage *, int kind, const char *ekey);
