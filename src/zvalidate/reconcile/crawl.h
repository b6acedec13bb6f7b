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

/* Requests in flight; their callbacks call crawl_ended. */
struct requests {
	struct crawl	*c;
	int		 open;
	struct err	 e;		/* the first failure; code 0: none */
};

/* Count a request as ended; e is its failure or NULL. */
void	 crawl_ended(struct requests *, const struct err *e);
/* Wait until one more request may be sent.  0; -1 after a failure, or with ZX_RETRY if the
   job is to stop. */
int	 crawl_room(struct requests *, struct err *);
/* Wait for all requests unless rc is -1; after a failure, drop them while r exists.
   Return as crawl_room. */
int	 crawl_settle(struct requests *r, int rc, struct err *);
