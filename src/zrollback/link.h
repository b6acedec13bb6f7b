#pragma once

#include "domain/claim.h"
#include "domain/job.h"
#include "domain/api/qtest.h"

/* The connection to qTest, and the claim on the target while it is written. */
struct link {
	struct job	*job;
	struct qtest	*qtest;
	struct claim	*claim;		/* not held: nothing is written */
	int64_t		 account_ms;	/* next api_sync_budget, monotonic */
};

/* Wait for answers for at most ms, keep the claim and count the requests for all processes.
   0, -1, also when the claim is lost. */
int	 link_wait(struct link *, int64_t ms, struct err *);
/* As link_wait for the whole time ms, unless the job is to stop (ZX_RETRY). */
int	 link_pause(struct link *, int64_t ms, struct err *);
/* Fail with ZX_RETRY if the job is to stop, else 0. */
int	 link_stop(struct link *, struct err *);
