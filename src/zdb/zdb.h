#pragma once

#include "base/buf.h"
#include "domain/job.h"
#include "io/json/json.h"

/* Read what `zdb stats` prints as one JSON document, which the caller frees. */
int	 stats_read(struct db *, struct json *, struct err *);
/* Append that document as text. */
void	 stats_text(const struct json *, struct buf *);

/*
 * Remove the rows and files of a project, and its ledger if ledger is not 0; without
 * yes, only count them.  Append to out what was removed or would be.  ZX_CONFIG: the
 * database is in use, or does not have the project.
 */
int	 cleanup_run(struct db *, const char *project, int ledger, int yes,
	    struct buf *out, struct err *);

/*
 * Append a line for each setting that is given: its name, where it comes from
 * (opt_source) and its value, separated by tabs.  The value of a secret is "set".
 */
void	 settings_put(const struct opt_set *, struct buf *out);

/* Cancel the waits of all APIs; append each to out. */
int	 gate_open(struct db *, struct buf *out, struct err *);

/* Read all tables that have a column (NULL: all tables), sorted, as an array of objects
   {"name"}, which the caller frees. */
int	 tables_read(struct db *, const char *column, struct json *, struct err *);
