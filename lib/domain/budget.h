#ifndef DOMAIN_BUDGET_H
#define DOMAIN_BUDGET_H

#include "io/db/db.h"
#include "io/retry.h"

/*
 * The rate budget of one API (its host), shared by all processes of all
 * hosts: one row, times by the database's clock.  GCRA: the row holds when
 * the next group may leave; taking n tokens moves that on by n / rate.
 */
struct budget {
	int64_t	 wait_ms;	/* until the next token; 0: now */
	int64_t	 gate_ms;	/* until the gate opens; 0: it is open */
	char	 gate_why[96];
	int64_t	 left_minute, left_month;	/* as the API said; -1: unknown */
	int64_t	 requests;	/* tokens taken, ever */
};

/*
 * Take n tokens inside the caller's transaction, the one that commits the
 * intents they pay for.  1: taken, and the group may leave *wait_ms after
 * the commit; 0: not taken (gate closed, or others wait already): ask again
 * in *wait_ms; -1 failed.  rate_per_min 0: no ceiling.
 */
int	 budget_take(struct db *, const char *api, int64_t n,
	    int64_t rate_per_min, int64_t *wait_ms, struct err *);
/* Nothing leaves for ms, in no process; a longer gate stays.  0: open it. */
int	 budget_gate(struct db *, const char *api, int64_t ms, const char *why,
	    struct err *);
/* Open all closed gates.  A process that waits at one already keeps waiting. */
int	 budget_open(struct db *, struct err *);
/* What the API said is left; -1: it said nothing. */
int	 budget_left(struct db *, const char *api, int64_t minute,
	    int64_t month, struct err *);
int	 budget_read(struct db *, const char *api, struct budget *,
	    struct err *);

/*
 * A client of the API at base (a URL) tells in the caller's transaction what it
 * has sent so far, and hears what holds for all: its next request had better
 * wait until next_us (monotonic), and a closed gate is closed for it, too.
 */
struct budget_use {
	int64_t	 rate;		/* a minute; 0: no ceiling */
	int64_t	 sent, told;	/* told: what the row knows of */
	int64_t	 next_us;
};

int	 budget_use(struct db *, const char *base, struct budget_use *,
	    struct retry_policy *, struct err *);

#endif
