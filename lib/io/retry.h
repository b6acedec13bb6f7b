#ifndef IO_PATIENCE_H
#define IO_PATIENCE_H

#include <stdint.h>

#include "io/http/http.h"

/*
 * Patience apart from transport: what an answer means for the request, how
 * long to wait, how many to have in flight.  One per API and process.
 */
enum retry_verdict {
	RETRY_ACCEPT,		/* an answer to act upon (2xx, or a 4xx) */
	RETRY_LATER,		/* wait until .at_ms (monotonic), send again */
	RETRY_IN_DOUBT,		/* a write whose fate is unknown: read back */
	RETRY_AUTH,		/* 401: renew the token once */
	RETRY_STOP		/* no more tries; e tells */
};

/* Nobody is waited for longer than this, whatever Retry-After says. */
enum { RETRY_GATE_S = 3600 };

/* What a message about a long wait says, too. */
#define RETRY_HINT "; to continue earlier, stop this run, then run `zdb open` and start again"

struct retry_policy {
	int	 tries;		/* attempts a request, first included (5) */
	int64_t	 base_ms, cap_ms;	/* own back-off: 500 ms .. 60 s, jittered */
	int	 max_active, max_active_limit;	/* in flight now, ceiling */
	int	 grown;		/* good answers since the last change */
	int64_t	 gate_ms;	/* nothing leaves before (monotonic) */
	int	 failing;	/* failures in a row over all requests */
	int64_t	 last_logged_ms;	/* last time a wait was told */
	char	 gate_why[96];
};

void	 retry_open(struct retry_policy *, int width_max);
/*
 * Judge an answer to attempt number `attempt` (from 1).  GET: 408, 429, 5xx
 * and transport failures are tried again.  A write: 429 and HTTP_UNSENT are
 * tried again (the server did nothing), 5xx and HTTP_DOUBT are RETRY_IN_DOUBT.
 * A certificate that is not believed is the end: that does not mend itself.
 * Retry-After > 0 is obeyed up to an hour, 0 means "use your own"; a 429
 * gets four times the wait and two tries more, to outlast a minute.  Halves
 * width on 429/503, grows by one after `width` good answers.  A gate longer
 * than 10 s is told once: for what and until when.
 */
enum retry_verdict retry_judge(struct retry_policy *, const char *where,
	    int is_write, int attempt, const struct http_rsp *,
	    int64_t *at_ms, struct err *);
/*
 * A good answer whose body is none (a web page, half of it, nothing): 1 send
 * again at *at_ms, as after a 500; 0 it was met as often as there are tries.
 */
int	 retry_odd_body(const struct retry_policy *, const char *where, int attempt,
	    int64_t *at_ms);
/* ms until something may leave; 0: now. */
int64_t	 retry_wait_ms(const struct retry_policy *);

#endif
