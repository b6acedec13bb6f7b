#pragma once

#include "base/buf.h"
#include "base/opt.h"

/*
 * Append a line for each setting that is given: its name, where it comes from
 * (opt_source) and its value, separated by tabs.  The value of a secret is "set".
 */
void	 settings_put(const struct opt_set *, struct buf *out);
