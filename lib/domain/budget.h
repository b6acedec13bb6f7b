#pragma once

#include "io/db/db.h"
#include "io/retry.h"

/*
 * The rate budget of one API (its host), shared by all processes on all machines: one
 * row, with times by the database's clock.  GCRA: the row holds when the next request
 * may leave; taking n tokens moves that time on by n / rate.
 */
struct budget {
	int64_t	 wait_ms;	/* until the next token; 0: now */
	int64_t	 gate_ms;	/* until the gate opens; 0: it is open */
	char	 gate_why[96];
};

/*
 * Take n tokens in the caller's transaction.  Return 1 if they are taken, for requests
 * that may leave *wait_ms after the commit; 0 if not (the gate is closed, or too many
 * wait already): try again in *wait_ms; -1.  rate_per_min 0: no ceiling.
 */
int	 budget_take(struct db *, const char *api, int64_t n,
	    int64_t rate_per_min, int64_t *wait_ms, struct err *);
/* Close the gate for ms in all processes, unless it is closed for longer; ms 0 opens
   it. */
int	 budget_gate(struct db *, const char *api, int64_t ms, const char *why,
	    struct err *);
/* Open all closed gates.  A process that waits already goes on waiting. */
int	 budget_open(struct db *, struct err *);
/* Store how many requests the API says are left; -1 keeps the stored value. */
int	 budget_left(struct db *, const char *api, int64_t minute,
	    int64_t month, struct err *);
/* Read the row; without one, the times are 0. */
int	 budget_read(struct db *, const char *api, struct budget *,
	    struct err *);

/* The use of the budget by one client of an API. */
struct budget_use {
	int64_t	 rate;		/* requests a minute; 0: no ceiling */
	int64_t	 sent, added;	/* requests: in all, and those added to the row */
	int64_t	 next_us;	/* monotonic: no request leaves earlier */
};

/*
 * Add the requests that a client of the API at base (a URL) has sent since the last call,
 * in the caller's transaction.  next_us is set to when its next request may leave, and a gate
 * that is closed in the row is closed in its retry policy.
 */
int	 budget_use(struct db *, const char *base, struct budget_use *,
	    struct retry_policy *, struct err *);
