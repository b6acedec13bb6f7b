#pragma once

#include <stdint.h>

#include "io/http/http.h"

/*
 * The retry policy of one API in one process: what an answer means for its request, how
 * long to wait, how many requests to have in flight.  It sends nothing itself.
 */
enum retry_verdict {
	RETRY_ACCEPT,		/* the caller handles the answer (2xx, or a 4xx) */
	RETRY_LATER,		/* send again at *at_ms */
	RETRY_IN_DOUBT,		/* a write whose outcome is unknown: read back */
	RETRY_AUTH,		/* 401: renew the token once */
	RETRY_STOP		/* no further attempt; e has the reason */
};

/* The effect of a request on the server: a write may not be sent twice. */
enum retry_effect { RETRY_READ, RETRY_WRITE };

/* The longest wait in seconds, even if Retry-After asks for more. */
enum { RETRY_GATE_S = 3600 };

/* The end of a message about a long wait. */
#define RETRY_HINT "; to continue earlier, stop this run, then run `zdb open` and start again"

struct retry_policy {
	int	 tries;		/* most attempts for a request (5) */
	int64_t	 base_ms, cap_ms;	/* first and longest back-off: 500 ms, 60 s */
	int	 max_active, max_active_limit;	/* most in flight now, and ever */
	int	 grown;		/* good answers since max_active changed */
	int64_t	 gate_ms;	/* no request is sent before; monotonic */
	int	 failing;	/* failures in a row, of all requests */
	int64_t	 last_logged_ms;	/* end of the wait that was logged last */
	char	 gate_why[96];	/* reason of gate_ms */
};

/* Set p to the policy of an API with at most max_active_limit requests in flight. */
void	 retry_open(struct retry_policy *p, int max_active_limit);
/*
 * Judge r, the answer to attempt number `attempt` (from 1); where names the request in
 * messages.  Sets *at_ms (monotonic) for RETRY_LATER, and e for RETRY_STOP.
 *
 * A read is sent again after 408, 429, 5xx and transport failures.  A write is sent
 * again after 429 and HTTP_UNSENT (the server did nothing); 5xx and HTTP_DOUBT are
 * RETRY_IN_DOUBT.  A certificate that cannot be verified is RETRY_STOP.
 * Retry-After > 0 is obeyed up to an hour, 0 stands for the back-off of the policy; a
 * 429 gets four times the wait and two attempts more, to outlast a minute.  429 and
 * 503 halve max_active; max_active good answers raise it by one.  A gate of more than
 * 10 s is logged once, with its reason and its end.
 */
enum retry_verdict retry_judge(struct retry_policy *p, const char *where,
	    enum retry_effect effect, int attempt, const struct http_rsp *r,
	    int64_t *at_ms, struct err *e);
/*
 * Judge a 2xx whose body cannot be used (a web page, a part, nothing).  Returns 1 and sets
 * *at_ms if the request is to be sent again, as after a 500; 0 after the last attempt.
 */
int	 retry_odd_body(const struct retry_policy *p, const char *where, int attempt,
	    int64_t *at_ms);
/* Return the milliseconds until a request may be sent; 0: now. */
int64_t	 retry_wait_ms(const struct retry_policy *p);
