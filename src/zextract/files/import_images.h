#pragma once

#include "base/err.h"

struct attach;

/* Import images and attachments that Zephyr did not serve and a person saved in dir. */
int	 fill_run(struct attach *, const char *dir, const char *store,
	    struct err *);
