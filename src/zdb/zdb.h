#ifndef ZDB_H
#define ZDB_H

#include "base/buf.h"
#include "domain/job.h"
#include "io/json/json.h"

/* What `zdb stats` has found out, as one JSON document. */
int	 stats_read(struct db *, struct json *, struct err *);
void	 stats_text(const struct json *, struct buf *);

/*
 * Remove what belongs to a project; the ledger, which is the memory of what
 * stands in qTest, only when asked for.  Without yes: only say what.
 */
int	 cleanup_run(struct db *, const char *project, int ledger, int yes,
	    struct buf *out, struct err *);

/*
 * Append a line for each setting that is given: its name, where it comes from
 * (opt_source) and its value, separated by tabs.  Of a secret it says "set".
 */
void	 settings_put(const struct opt_set *, struct buf *out);

/* Open the gates of all APIs; out: which were closed, and until when. */
int	 gate_open(struct db *, struct buf *out, struct err *);

/* The tables that have a column of that name (NULL: all), sorted. */
struct names {
	char	**v;
	int	  n;
};

int	 tables_read(struct db *, const char *column, struct names *,
	    struct err *);
void	 tables_names_free(struct names *);

#endif
