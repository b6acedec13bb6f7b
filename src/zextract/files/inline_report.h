#pragma once

#include "base/err.h"

struct source;

/* Report a finding for each object whose texts have images that are not stored. */
int	 inline_report(struct source *, struct err *);
