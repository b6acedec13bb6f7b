#pragma once

#include "domain/fields.h"
#include "domain/job.h"
#include "reconcile/expected.h"
#include "reconcile/stage.h"

/* What reading a qTest project needs. */
struct crawl {
	struct job		*job;
	struct qtest		*qtest;
	struct fields		*fields;
	const struct expected	*x;
	struct stage		*stage;
	int64_t		 key_field[KINDS];	/* id of the property that has the key */
	int64_t		 account_ms;	/* next api_sync_budget, monotonic */
	int		 unnamed_status;	/* some log has a status without a name */
};

/*
 * Read the project into the stage.  Only listings are used, since the search index of
 * qTest lags: trees at once, cases per module, all runs, logs per run; many in flight.
 * ZX_RETRY if the job is to stop.
 */
int	 crawl_read(struct crawl *, struct err *);
