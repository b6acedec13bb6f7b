#pragma once

#include "reader.h"

/* Reads the project; all other readers wait for it. */
extern const struct reader project_reader;

struct buf;
struct source;

/* Set the reference of the project if this pass has read it; ZX_CONFIG when the
   project in the database belongs to another source. */
int	 project_open(struct source *, struct err *);
/* Return 0 when the answer body to path says that Zephyr is enabled, else ZX_CONFIG
   in e. */
int	 project_is_enabled(const char *path, const char *key, struct buf *body,
	    struct err *);
