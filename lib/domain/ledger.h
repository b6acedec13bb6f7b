#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include <stdint.h>

#include "io/db.h"

/*
 * The memory of what was done to one qTest project: one row an effect
 * (ztoq-db(5)).  Durable before a request leaves and before its result is
 * used.  States: pending -> intent -> done | failed; skipped (needs something
 * that failed); gone, rolled_back.
 */
struct ledger {
	struct db	*db;
	char		*target;	/* qTest host/project id */
	const char	*project, *run;
};

struct effect {
	char		*kind, *ekey, *stream, *skey, *lane, *needs, *map;
	char		*state, *hash, *want, *pid, *modified, *error, *detail;
	int64_t		 phase, ord, id, version_id, attempts, intent_at;
};

void	 effect_free(struct effect *);		/* zeroes it */

/* Inside the caller's transaction all of these. */
/* New: pending. Known with another payload: pending again, id kept (a PUT). */
int	 ledger_want(struct ledger *, const struct effect *, int *changed,
	    struct err *);
/* By key: 1 and *out (free it), 0 none, -1. */
int	 ledger_find(struct ledger *, const char *kind, const char *ekey,
	    struct effect *out, struct err *);
int	 ledger_intent(struct ledger *, const char *kind, const char *ekey,
	    const char *sent, struct err *);
int	 ledger_done(struct ledger *, const struct effect *, struct err *);
int	 ledger_fail(struct ledger *, const char *kind, const char *ekey,
	    const char *state, const char *why, struct err *);
/* Pending effects of a phase in order, after ord; fills up to n, returns how
   many, -1. */
int	 ledger_next(struct ledger *, int64_t phase, int64_t after, int n,
	    struct effect *out, struct err *);
/* Intents without a result (of earlier runs). */
int	 ledger_open_intents(struct ledger *, int n, struct effect *out,
	    struct err *);
/* Counts by state of one phase, -1 of all. */
int	 ledger_count(struct ledger *, int64_t phase, const char *state,
	    int64_t *n, struct err *);

#endif
