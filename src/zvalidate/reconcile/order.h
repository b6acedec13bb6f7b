#pragma once

#include "reconcile/expected.h"
#include "reconcile/stage.h"

/*
 * After match_effects: report siblings whose order differs from that of the source,
 * and objects whose marker is one of the project but not expected.
 */
int	 order_check(const struct expected *, struct stage *, struct err *);
