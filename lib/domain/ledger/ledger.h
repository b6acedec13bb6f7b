#pragma once

#include <stdint.h>

#include "domain/ledger/effect.h"
#include "io/db/db.h"

/*
 * The ledger of one qTest project: one row per effect (ztoq-db(5)).  A row is durable
 * before its request leaves and before its result is used.
 *
 * States: pending -> intent -> done | failed; skipped (the effect needs one that
 * failed); gone (Zephyr no longer held the record before it was made); rolled_back
 * (zrollback deleted the object).
 * desired_hash is of the payload that should stand in qTest (column want), hash of the
 * one that stands there, or that the open intent sent.  A done row whose two hashes
 * differ keeps the edits of a user in qTest (verb kept).  A pending row that has an id
 * is to be updated, one without an id to be created.
 * Column origin tells if zload created the object, found it in qTest, or if it is a twin: a
 * second object with the marker of an effect, which zrollback deletes.  created_run is the
 * run that created it.
 */
struct ledger {
	struct db	*db;
	char		*target;	/* qTest host/project id */
	const char	*project, *run;
	const char	*map;		/* hash of the map that is loaded */
	int		 relinks_reset;	/* all relinks were made due again by this process */
};

/* The hash of an effect whose text is to be written again with links (ledger_relink_owner). */
#define LEDGER_RELINK	"relink"

/* A place in the order of work: phase, ord, kind, key. */
struct ledger_place {
	int64_t		 phase, ord;
	char		*kind, *ekey;	/* NULL: before all rows of that ord */
};

/*
 * Functions that write run inside the caller's transaction; they may return before the
 * database has carried the statement out (db_exec_async).  Functions that return int
 * and nothing else is said of return 0, or -1.
 */

/*
 * Set the payload that should stand in qTest, f->desired_hash.  A new row becomes
 * pending; so does a known row with another payload, which keeps its id.  *changed is
 * set to 1 if a row was written, else to 0.
 */
int	 ledger_set_desired(struct ledger *, const struct effect *f, int *changed,
	    struct err *);
/* Make failed and skipped rows pending again. */
int	 ledger_retry(struct ledger *, struct err *);
/* Make rows pending that keep an edit made in qTest, to overwrite it. */
int	 ledger_unkeep(struct ledger *, struct err *);
/* Find a row by its key: 1 and *out, which the caller frees; 0, -1. */
int	 ledger_find(struct ledger *, const char *kind, const char *ekey,
	    struct effect *out, struct err *);
/* Read the body that was sent last, with symbols resolved: 1 and *out, which the
   caller frees; 0 if none was sent, -1. */
int	 ledger_last_body(struct ledger *, const char *kind, const char *ekey,
	    char **out, struct err *);
/* As ledger_last_body, but read the body that is known to stand in qTest.  *lost is set
   to 1 if a later one was sent that has not arrived, or never did. */
int	 ledger_confirmed_body(struct ledger *, const char *kind, const char *ekey,
	    char **out, int *lost, struct err *);
/* Record that a request is about to be sent: hash is of its payload, verb create or
   update, path and sent (the body) are those of the request.  A row without an id gets
   f->conflict, too. */
int	 ledger_intent(struct ledger *, const struct effect *, const char *hash,
	    enum effect_verb verb, const char *path, const char *sent, struct err *);
/* Set the time of an intent to now: its request is, or may be, still under way. */
int	 ledger_touch(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* Make an intent pending again whose request certainly changed nothing.  hash: LEDGER_RELINK if
   it wrote links in a text alone, else NULL. */
int	 ledger_undo(struct ledger *, const char *kind, const char *ekey, const char *hash,
	    struct err *);
/* Store id, pid, version_id, modified and steps of an effect; same keeps the steps.
   The row becomes done, or pending if another payload is desired by now. */
int	 ledger_done(struct ledger *, const struct effect *, int same,
	    struct err *);
/* Make the row done without a write, since a user edited the object: verb kept. */
int	 ledger_keep(struct ledger *, const char *kind, const char *ekey,
	    const char *why, struct err *);
/* Set the state to failed, skipped, gone or pending, for the reason why (or NULL).
   http_status is that of the answer that refused the request, 0 without one. */
int	 ledger_fail(struct ledger *, const char *kind, const char *ekey,
	    enum effect_state state, const char *why, int http_status, struct err *);
/* Forget the payload that stands in qTest, so that the effect is made once more: a done
   or pending row becomes pending, an intent does so when it ends. */
int	 ledger_again(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* As ledger_again, for an effect whose object may be in qTest: it is read back first.  An
   approval that is not done stays as it is. */
int	 ledger_recheck(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* As ledger_recheck, for the files of the steps of a case, which a PUT of its steps may
   have removed; files that the record no longer has are left out. */
int	 ledger_recheck_steps(struct ledger *, const char *skey, struct err *);
/* Note that the object of an effect was found to be deleted in qTest. */
int	 ledger_mark_deleted(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* Forget these notes, but for effects that are being created again. */
int	 ledger_unmark_deleted(struct ledger *, struct err *);
/* Make an effect pending as if it had never been carried out: its object, or the one that it
   belongs to, was deleted in qTest.  It keeps what was sent last. */
int	 ledger_restore(struct ledger *, const char *kind, const char *ekey, struct err *);
/* Make a row with an id pending, so that its object is read and compared. */
int	 ledger_check(struct ledger *, const char *kind, const char *ekey, struct err *);
/* Store the ids of the steps of a case (JSON) with its approval. */
int	 ledger_steps(struct ledger *, const char *ekey, const char *steps,
	    struct err *);
/* Store the end of the last log of a run. */
int	 ledger_last_log(struct ledger *, const char *ekey, int64_t end_ms,
	    struct err *);
/* Let the text of a done effect be written again because objects that it mentions are known
   now: the row becomes pending with the hash LEDGER_RELINK. */
int	 ledger_relink_owner(struct ledger *, const char *kind, const char *ekey, struct err *);
/* Make the relink of a key done: hash is of its payload, verb update if its owner is written
   again, else same.  waits: a key that has no object yet, or NULL. */
int	 ledger_relinked(struct ledger *, const char *ekey, const char *hash,
	    enum effect_verb, const char *waits, struct err *);
/* Make the relink of a key done although the texts of its owner have no links: verb text. */
int	 ledger_relink_text(struct ledger *, const char *ekey, struct err *);
/* Make relinks due again: those whose bodies are stored and that wait for an object, or with
   is_all set those of all texts. */
int	 ledger_relink_again(struct ledger *, int is_all, struct err *);
/* Forget the step ids of all cases of the target that call other cases. */
int	 ledger_forget_calls(struct ledger *, struct err *);
/* Store qTest's last_modified_date of an object after a write of zload. */
int	 ledger_modified(struct ledger *, const char *kind, const char *ekey,
	    const char *modified, struct err *);
/* Record that the object of an effect, which has this id (0: none was found), is about to
   be deleted. */
int	 ledger_delete_intent(struct ledger *, const char *kind, const char *ekey, int64_t id,
	    struct err *);
/* End such an intent whose object still stands, for the reason why; http_status is that of
   the answer that refused it, 0 without one. */
int	 ledger_delete_undo(struct ledger *, const char *kind, const char *ekey,
	    const char *why, int http_status, struct err *);
/* Record that the object of an effect no longer exists, nor the links in its texts.  Its id
   stays; a load of the effect creates another object. */
int	 ledger_rolled_back(struct ledger *, const char *kind, const char *ekey,
	    struct err *);
/* Add the row of a twin that is to be deleted, unless it is there: state done, origin twin. */
int	 ledger_add_twin(struct ledger *, const char *kind, const char *ekey, int64_t id,
	    const char *pid, struct err *);
/* Count the intents to delete of all projects of the target in *n. */
int	 ledger_open_deletes(struct ledger *, int64_t *n, struct err *);
/* Write that the pending links whose keys are LIKE this pattern stay text: state done, verb
   text. */
int	 ledger_links_text(struct ledger *, const char *like, struct err *);
/* Make the links pending that stay text. */
int	 ledger_links_untext(struct ledger *, struct err *);
/* The phase of effects that are carried out when all effects of the streams are; a phase of
   those is the number of the stream. */
enum { LEDGER_LATE = 1000 };
/* Longest body that comes with its effect, in characters. */
enum { LEDGER_BODY_MAX = 32768 };
/*
 * Read pending effects of the map in order of work, after a place and at most of the phase
 * last_phase, each with the body,
 * hash and pass of its row in table target (an approval: with the pass of its case).  A
 * longer body is left out (NULL).  Fill at most n into out; return how many, or -1.
 */
int	 ledger_next(struct ledger *, const struct ledger_place *, int64_t last_phase, int n,
	    struct effect *out, struct err *);
/* As ledger_next, but read intents without a result, of any map, without bodies. */
int	 ledger_open_intents(struct ledger *, const struct ledger_place *, int n,
	    struct effect *out, struct err *);
/* True (1) if the object of a kind with this id was there before, and zload uses it because
   of its name (column conflict: skip or update); 0, -1. */
int	 ledger_is_foreign(struct ledger *, const char *kind, int64_t id, struct err *);
/* Find the effect of a kind that holds an id, in any project: 1 and *ekey (unless ekey
   is NULL), which the caller frees; 0, -1. */
int	 ledger_key(struct ledger *, const char *kind, int64_t id, char **ekey,
	    struct err *);
/* Find a file of a case, or with skey NULL of any case, that is pending or an intent: 1 and
   *ekey, which the caller frees; 0, -1. */
int	 ledger_open_file(struct ledger *, const char *skey, char **ekey, struct err *);
