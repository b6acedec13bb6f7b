#pragma once

#include "base/buf.h"
#include "io/db/db.h"

/*
 * Remove the rows and files of a project, and its ledger if ledger is not 0; without
 * yes, only count them.  Append to out what was removed or would be.  ZX_CONFIG: the
 * database is in use, or does not have the project.
 */
int	 cleanup_run(struct db *, const char *project, int ledger, int yes,
	    struct buf *out, struct err *);
