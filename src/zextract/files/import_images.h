#pragma once

#include "base/err.h"

struct attach;

/* Import images that a person saved from a browser in dir. */
int	 fill_run(struct attach *, const char *dir, const char *store,
	    struct err *);
