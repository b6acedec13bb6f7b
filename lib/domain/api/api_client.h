#pragma once

#include <poll.h>
#include <stdint.h>

#include "io/db/db.h"

/*
 * The part of a client that is the same for all APIs: zephyr_api and qtest_api return it.
 * The client of Zephyr includes that of Jira, unless something else is said.
 */
struct api;

/*
 * Send what may be sent and wait for answers for at most ms; the wait also ends when one
 * of the n further descriptors is ready.  Returns 0, or -1 if the run has failed.  No
 * callback may call it.
 */
int	 api_wait(struct api *, int64_t ms, struct pollfd *, int n, struct err *);
/* Return -1 and fill e (or NULL) if the run has failed, else 0. */
int	 api_failed(const struct api *, struct err *);
/* Count the requests that are queued or in flight, without those to Jira. */
int	 api_busy(const struct api *);
/* Count the requests in flight. */
int	 api_in_flight(const struct api *);
/* Return how many requests may be in flight now, without those to Jira. */
int	 api_max_active(const struct api *);
/* Count the requests that were sent. */
int64_t	 api_requests(const struct api *);
/* Return how many requests may be sent in a minute, 0 without a ceiling. */
int64_t	 api_rate(const struct api *);
/* Send nothing more; requests in flight may still be answered. */
void	 api_stop_sending(struct api *);
/* End the run with "stopped": abort the requests in flight and call back for all. */
void	 api_drop(struct api *);
/*
 * Add the requests sent to the row that all processes share (budget.h), and apply its rate
 * and gate; API_SYNC_DUE does nothing if the last time was short ago.  The caller is not
 * in a transaction.  Returns 0, or -1.
 */
enum api_sync { API_SYNC_DUE, API_SYNC_NOW };
int	 api_sync_budget(struct api *, struct db *, enum api_sync, struct err *);
