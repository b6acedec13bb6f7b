#pragma once

#include "verdict.h"

/* Add which streams of the last pass are not completely transformed or loaded. */
int	 whole_add(struct verdict *, struct err *);
