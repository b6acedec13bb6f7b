#ifndef IO_RETRY_H
#define IO_RETRY_H

#include <stdint.h>

#include "io/http/http.h"

/*
 * The retry policy, apart from transport: what an answer means for its request, how
 * long to wait, how many requests to have in flight.  One per API and process.
 */
enum retry_verdict {
	RETRY_ACCEPT,		/* an answer to act upon (2xx, or a 4xx) */
	RETRY_LATER,		/* send again at *at_ms (monotonic) */
	RETRY_IN_DOUBT,		/* a write whose outcome is unknown: read back */
	RETRY_AUTH,		/* 401: renew the token once */
	RETRY_STOP		/* no more attempts; e says why */
};

/* The longest wait in seconds, whatever Retry-After says. */
enum { RETRY_GATE_S = 3600 };

/* The end of a message about a long wait. */
#define RETRY_HINT "; to continue earlier, stop this run, then run `zdb open` and start again"

struct retry_policy {
	int	 tries;		/* attempts a request, first included (5) */
	int64_t	 base_ms, cap_ms;	/* own back-off: 500 ms .. 60 s, jittered */
	int	 max_active, max_active_limit;	/* in flight now, ceiling */
	int	 grown;		/* good answers since the last change */
	int64_t	 gate_ms;	/* nothing leaves before (monotonic) */
	int	 failing;	/* failures in a row over all requests */
	int64_t	 last_logged_ms;	/* end of the wait that was logged last */
	char	 gate_why[96];
};

void	 retry_open(struct retry_policy *, int max_active_limit);
/*
 * Judge an answer to attempt number `attempt` (from 1); where names it in messages.
 * A GET is sent again after 408, 429, 5xx and transport failures.  A write is sent
 * again after 429 and HTTP_UNSENT (the server did nothing); 5xx and HTTP_DOUBT are
 * RETRY_IN_DOUBT.  A certificate that cannot be verified is RETRY_STOP.
 * Retry-After > 0 is obeyed up to an hour, 0 stands for the policy's own back-off; a
 * 429 gets four times the wait and two attempts more, to outlast a minute.  429 and
 * 503 halve max_active; max_active good answers raise it by one.  A gate of more than
 * 10 s is logged once, with its reason and its end.
 */
enum retry_verdict retry_judge(struct retry_policy *, const char *where,
	    int is_write, int attempt, const struct http_rsp *,
	    int64_t *at_ms, struct err *);
/*
 * Judge a 2xx whose body cannot be read (a web page, half of it, nothing): return 1 to
 * send the request again at *at_ms, as after a 500; 0 after the last attempt.
 */
int	 retry_odd_body(const struct retry_policy *, const char *where, int attempt,
	    int64_t *at_ms);
/* Return the milliseconds until a request may leave; 0: now. */
int64_t	 retry_wait_ms(const struct retry_policy *);

#endif
