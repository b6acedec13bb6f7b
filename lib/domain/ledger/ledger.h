#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include <stdint.h>

#include "domain/ledger/effect.h"
#include "io/db/db.h"

/*
 * The memory of what was done to one qTest project: one row an effect
 * (ztoq-db(5)).  Durable before a request leaves and before its result is
 * used.
 *
 * States: pending -> intent -> done | failed; skipped (it needs something
 * that failed); gone, rolled_back.  want is the payload that should stand in
 * qTest, hash the one that does, or that the open intent has sent; a done row
 * whose hash is not its want holds what somebody edited there (verb "kept").
 * Whether a pending row is to be created or updated is told by its id.  gone:
 * its record was no longer in Zephyr before it was made.
 */
struct ledger {
	struct db	*db;
	char		*target;	/* qTest host/project id */
	const char	*project, *run;
	const char	*map;		/* hash of the map at work */
};

/* Where in the order of work a row stands: phase, ord, kind, key. */
struct ledger_place {
	int64_t		 phase, ord;
	char		*kind, *ekey;	/* NULL: before all of that ord */
};

/* All of these run inside the caller's transaction, if they write. */
/*
 * This payload (e->want) is wanted.  New: pending.  Known with another one:
 * pending again, id kept (an update).  *changed: 1 when a row was written.
 */
int	 ledger_set_desired(struct ledger *, const struct effect *, int *changed,
	    struct err *);
/* What failed or was skipped in an earlier run is tried once more. */
int	 ledger_retry(struct ledger *, struct err *);
/* What somebody edited in qTest is to be overwritten after all. */
int	 ledger_unkeep(struct ledger *, struct err *);
/* By key: 1 and *out (free it), 0 none, -1. */
int	 ledger_find(struct ledger *, const char *kind, const char *ekey,
	    struct effect *out, struct err *);
/* The last body sent, resolved: 1 and *out (caller frees), 0 none, -1. */
int	 ledger_last_body(struct ledger *, const char *kind, const char *ekey,
	    char **out, struct err *);
/* The body that stands in qTest as far as we know; *lost: the last one sent was
   another, which has not arrived yet or never did. */
int	 ledger_confirmed_body(struct ledger *, const char *kind, const char *ekey,
	    char **out, int *lost, struct err *);
/* hash: the payload that leaves; verb: create or update; path and sent: the
   request. */
int	 ledger_intent(struct ledger *, const struct effect *, const char *hash,
	    enum effect_verb verb, const char *path, const char *sent, struct err *);
/* It is (perhaps still) under way: its time of leaving is now. */
int	 ledger_touch(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* The intent came to nothing for certain: pending again. */
int	 ledger_undo(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* id, pid, version_id, modified, steps (unless it is the same) of e; done, or
   pending when another payload was wanted meanwhile. */
int	 ledger_done(struct ledger *, const struct effect *, int same,
	    struct err *);
/* Somebody edited it: done, what stands there is kept. */
int	 ledger_keep(struct ledger *, const char *kind, const char *ekey,
	    const char *why, struct err *);
/* Set the state to failed, skipped, gone or pending, for the reason why (or NULL).
   http_status is that of the answer that refused it, 0 without one. */
int	 ledger_fail(struct ledger *, const char *kind, const char *ekey,
	    enum effect_state state, const char *why, int http_status, struct err *);
/* Done or about to be, but to be done once more: its hash is forgotten. */
int	 ledger_again(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* Store the ids of the steps of a case (JSON) with its approval. */
int	 ledger_steps(struct ledger *, const char *ekey, const char *steps,
	    struct err *);
/* Store the end of the last log of a run. */
int	 ledger_last_log(struct ledger *, const char *ekey, int64_t end_ms,
	    struct err *);
/* Step ids of called cases, wherever they are remembered. */
int	 ledger_forget_calls(struct ledger *, struct err *);
int	 ledger_modified(struct ledger *, const char *kind, const char *ekey,
	    const char *modified, struct err *);
/* Longest body that comes with its effect, in characters. */
enum { LEDGER_BODY_MAX = 32768 };
/*
 * Read pending effects of the map in order of work, after a place, each with the body,
 * hash and pass of its row in table target (an approval: with the pass of its case).  A
 * longer body is left out (NULL).  Fill at most n into out; return how many, or -1.
 */
int	 ledger_next(struct ledger *, const struct ledger_place *, int n,
	    struct effect *out, struct err *);
/* Intents without a result, in order of work, after a place, whatever map they
   are of; fills up to n, returns how many, -1. */
int	 ledger_open_intents(struct ledger *, const struct ledger_place *, int n,
	    struct effect *out, struct err *);
/* 1 when another effect of this kind holds the id, 0, -1. */
int	 ledger_has_id(struct ledger *, const char *kind, int64_t id,
	    struct err *);
/* The effect of this kind that holds the id: 1 and *ekey (free it), 0, -1. */
int	 ledger_key(struct ledger *, const char *kind, int64_t id, char **ekey,
	    struct err *);
#endif
