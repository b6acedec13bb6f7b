#ifndef ZLOAD_LOAD_H
#define ZLOAD_LOAD_H

#include <stdint.h>

#include "base/set.h"
#include "domain/claim.h"
#include "domain/fields.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/ledger/ledger.h"
#include "domain/api/qtest.h"
#include "domain/stream/stream.h"
#include "domain/ledger/target.h"
#include "io/json/json.h"
#include "work/kind.h"
#include "work/task.h"

/*
 * The loader.  One thread, one loop (run.c): effects come in (ingest.c),
 * stand in a window of the ledger in order of work (queue.c), get their
 * symbols resolved (resolve.c), are intended and then sent (commit.c), and end
 * (result.c).  What ended in doubt is read back (doubt.c).
 */
struct load;
struct doubt;
struct root;
struct steps;
struct ingest;
struct plan;
struct step_results;
struct step_cases;

/* What is known of an effect that others need. */
struct id_cache {
	int64_t		 id, version, last_ms;
	uint64_t	 hash;
	char		*key;		/* "kind/ekey" */
};

enum { ID_CACHE_SLOTS = 8192, WINDOW_MIN = 256, WINDOW_MAX = 1024 };

struct queue {
	struct task	*head;
	int		 n, max;
	struct ledger_place at;		/* the last one taken in */
	int		 more;		/* the ledger may hold some after it */
	int		 back;		/* earlier ones came: take a page now */
	int		 passed;	/* blocked ones that had to make room */
	int		 ended;		/* tasks that ended since the last sweep */
	int		 stuck;		/* a whole sweep, and none has */
};

/* Which effects may start. */
enum load_phase {
	PHASE_START,		/* none before preflight() */
	PHASE_FIELDS,		/* those that create fields; input waits meanwhile */
	PHASE_ALL
};

struct load {
	struct job	 job;
	struct qtest_conf conf;
	struct db	*db;
	struct qtest	*qtest;
	struct fields	*fields;
	struct ledger	 ledger;
	struct finding	 finding;
	struct reject	 reject;
	struct queue	 queue;
	struct id_cache	*id_cache;
	struct doubt	*doubts;
	struct root	*roots;		/* others' objects at the root */
	struct steps	*steps;
	struct step_cases *step_cases;
	struct ingest	*in;
	/* options */
	int64_t		 settle_ms, timeout_ms;
	const char	*map_option, *on_conflict;
	int		 from_db, unsealed, overwrite, adopt;
	/* how it stands */
	int64_t		 pass;		/* that comes by pipe, 0: none is told */
	int64_t		 whole[STREAM_COUNT];	/* target_whole */
	struct json	 specs;		/* z.fields of META */
	struct json	 statuses;	/* z.statuses of META */
	char		 map[65], *project;
	int		 input_open;
	int		 stream_read[STREAM_COUNT];	/* no more records of it come */
	enum load_phase	 phase;
	int		 stopping;
	int		 limited;	/* --limit was reached */
	int64_t		 stop_by_ms, last_logged_ms;	/* monotonic */
	struct claim	 claim;		/* one loader a target */
	int64_t		 account_ms, accounted;	/* qtest_account: when, up to */
	struct plan	*planned;	/* --plan */
	int		 denied;	/* 403s in a row */
	int64_t		 texts;		/* logs with step results as text */
	int64_t		 bad;		/* lines and records set aside */
	enum stream_status sealed;
	struct err	 seal;		/* what END said; code 0: nothing */
};

/* ingest.c: read effects from standard input or from table target. */
/* Is given n rows that were read; piped: they came by standard input.  0, -1. */
typedef int ingest_sink(struct load *, const struct target *row, int n, int piped,
	    struct err *);
/* Open the input.  Rows go to sink, or to the ledger when sink is NULL.  0, -1. */
int	 ingest_open(struct load *, ingest_sink *, struct err *);
void	 ingest_close(struct load *);
int	 ingest_fd(struct load *);	/* to poll, -1: none */
/* Take in what is there, a batch at most: 1 when there may be more at once. */
int	 ingest_turn(struct load *, struct err *);
/* source.c: which effects are at work.  meta NULL: the stream has none. */
struct source_at { int stream; int64_t ord; char *ekey; };
int	 source_meta(struct load *, const struct json *meta, struct err *);
int	 source_remember(struct load *, struct err *);
int	 source_db(struct load *, struct err *);
int	 source_page(struct load *, struct source_at *, ingest_sink *, struct err *);
int	 source_whole(struct load *, struct err *);

/* record_gone.c: what a later pass has no more is not made any more.  1: go on, 0: the
   task has ended, or waits for its record to come, -1. */
int	 check_gone(struct task *, struct err *);
int	 gone_row(const struct load *, const struct target *);
/* desired.c: ask the ledger for the effect of a row, and for the approval of a case.
   The caller has a transaction open.  0, -1. */
int	 desired_row(struct load *, const struct target *, struct err *);

/* effect.c: an effect's ledger row. */
void	 effect_of(struct effect *, const struct target *, const char *map);
void	 effect_approve(struct effect *, const struct effect *of_case);

/* queue.c */
int	 queue_fill(struct load *, struct err *);
void	 queue_back(struct load *, const struct effect *);	/* look again */
void	 queue_stale(struct load *, const struct effect *);
struct task *queue_put(struct load *, struct effect *);	/* takes the effect */
void	 queue_event(struct load *, const char *kind, const char *ekey);
void	 queue_look_again(struct load *);	/* at all that is blocked */
void	 queue_input_ended(struct load *);
int	 queue_give_up(struct load *);	/* what waits for nothing: skipped */
void	 queue_free(struct load *);
/* schedule.c: start what may start, at most room; how many. */
int	 schedule(struct load *, int room, struct err *);

/* id_cache.c: 1 done (and *out), 0 not yet, 2 broken, 3 absent, -1. */
enum { ID_NOT_YET, ID_DONE, ID_BROKEN, ID_ABSENT };
int	 id_cache_find(struct load *, const char *kind, const char *ekey,
	    struct id_cache *out, char *why, size_t n, struct err *);
void	 id_cache_put(struct load *, const char *kind, const char *ekey,
	    int64_t id, int64_t version, int64_t last_ms);
void	 id_cache_drop(struct load *, const char *kind, const char *ekey);
void	 id_cache_free(struct load *);

/* resolve.c: symbols to ids.  1, 0 the task is blocked or has ended, -1. */
int	 resolve(struct task *, const struct json *body, struct json *out,
	    struct err *);
int	 resolve_parent(struct task *, const struct json *ref, int64_t *id,
	    char kind[32], struct err *);

/* case_steps.c: what is known of the steps of an approved case; 1 and *doc (free it) or,
   when qTest refuses to list them, *why (borrowed); 0 the task is blocked, -1. */
int	 steps_known(struct task *, const char *key, struct json *doc,
	    const char **why, struct err *);
void	 steps_put(struct load *, const char *key, const char *detail);
/* It is approved: what was listed of its steps before, or is being, is not
   believed.  _calls: nor what was listed of steps of called cases. */
void	 steps_forget(struct load *, const char *key);
void	 steps_forget_calls(struct load *);
int	 steps_commit(struct load *, struct err *);	/* inside a transaction */
int	 steps_waiting(struct load *);	/* details that are to be committed */
void	 steps_committed(struct load *);
void	 steps_free(struct load *);

/* step_ids.c: step ids of a reply, as text to be kept. */
char	*steps_detail(const struct json *steps, int expanded);

/* step_cases.c */
/* Is the case with this id, whose steps are listed as called, approved, if it is
   ours?  1, 0 the task is blocked, -1. */
int	 steps_called(struct task *, int64_t id, struct err *);
/* Was this case edited in qTest and left alone?  1, 0, -1. */
int	 steps_kept(struct load *, const char *key, struct err *);
void	 step_cases_forget(struct load *);

/* step_results.c: the places of the results of a log in its symbolic body; 1, 0 the
   task is blocked, -1.  Then the step logs of a new log go into its body, and
   what has no place into its note; 0, -1. */
int	 step_results(struct task *, const struct json *body, struct err *);
int	 step_logs(struct task *, struct err *);
/* step_update.c: those of a log that was read (doc); 0, -1. */
int	 step_logs_update(struct task *, struct err *);
/* step_finding.c: record that results became text. */
int	 step_texts(const struct task *);	/* how many */
int	 step_texts_write(struct task *, struct err *);
/* qTest did not take a log (400): 1 when it is tried without step logs. */
int	 step_refused(struct task *, const char *why);
void	 step_results_free(struct step_results *);
/* prepare.c: prepare the request of a ready task, or end or block it (struct kind).
   0, -1. */
int	 prepare_row(struct task *, struct err *);	/* its body is in table target */
int	 prepare_field(struct task *, struct err *);
/* A case whose edit in qTest is kept is not approved. */
int	 prepare_approve(struct task *, struct err *);
/* update.c */
int	 update_ask(struct task *, struct err *);
int	 update_decide(struct task *, struct err *);
int64_t	 update_parent(const struct json *doc);	/* -1: it does not say */
/* empty.c: what stands by us and is no longer wanted.  *alike: what is to be
   sent is what stands, byte for byte; *lost: as in ledger_confirmed_body. */
int	 empty_unwanted(struct task *, int *alike, int *lost, struct err *);
/* qTest did not take it like that (400): 1 when it can be sent without. */
int	 empty_refused(struct task *);
/* Something of it still stands there. */
int	 empty_left(const struct task *);
/* same.c: does a read object hold what was sent? */
int	 same_content(const struct json *sent, const struct json *doc);

/* result.c */
void	 result_take(struct task *, struct qtest_reply *);
/* End the task, whose object is in .doc; OUT_DONE or OUT_SAME. */
void	 result_done(struct task *, enum task_outcome);
/* Take what .doc says of an approval, a log, a field (struct kind). */
void	 result_approve_done(struct task *);
void	 result_log_done(struct task *);
void	 result_field_done(struct task *);
/* Return the key of the run that a log needs (the caller frees it), NULL: none. */
char	*result_run_of(const struct effect *);
/* result_write.c: write the outcome.  The caller has a transaction open.  0, -1. */
int	 result_write(struct task *, struct err *);
int	 result_after_commit(struct task *, struct err *);	/* after the commit */
/* commit.c: outcomes and intents in one transaction, then the requests. */
int	 commit(struct load *, struct err *);
/* doubt.c */
int	 doubt_open(struct load *, struct err *);	/* of earlier runs */
void	 doubt_add(struct load *, const struct effect *, const char *path,
	    enum effect_verb verb, int64_t age_ms);
/* --adopt: look for what a task would make; takes path. */
int	 adopt_lookup(struct task *, char *path);
int	 doubt_turn(struct load *, struct err *);
int64_t	 doubt_due(const struct load *);	/* ms, -1: none */
/* Count the doubts of a kind, all with KIND_UNKNOWN. */
int	 doubt_count(const struct load *, enum effect_kind);
int	 doubt_lane(const struct load *, uint64_t lane);
void	 doubt_free(struct load *);
/* marker.c: what in a body or an object says whose it is. */
int	 marker_of(struct load *, const struct kind *, const struct json *,
	    struct qtest_marker *);
void	 marker_sign(struct task *);	/* name the project in t->body */
int	 marker_fits(struct load *, const struct kind *, const struct json *sent,
	    const struct json *item, int *natural);

/* name_conflict.c: who bears the name of one of ours at the root. */
int	 conflict_open(struct load *, struct err *);
int	 name_conflict(struct task *, struct err *);
void	 conflict_free(struct load *);

/* guard.c: 78 if qTest holds objects of ours that no ledger row explains. */
int	 guard_check(struct load *, struct err *);
/* state: "open" while an adoption has not come to its end, then "done". */
int	 guard_adopt_mark(struct load *, const char *state, struct err *);
/*
 * preflight.c: check what a load needs before its first write, and put an effect
 * into the queue for each field that is to be created (unless --plan or --check).
 * *creating counts these fields.  0, -1.
 */
int	 preflight(struct load *, int *creating, struct err *);
/* Compare fields and statuses with qTest; as preflight() without its guards. */
int	 preflight_check(struct load *, int *creating, struct err *);
/* Fail (-1) when a required field was not created.  Call at the end of PHASE_FIELDS. */
int	 preflight_check_made(struct load *, struct err *);
/* field_body.c: find the map's field by artifact and label.  1 and *out (the caller
   frees it), 0 when the map names none. */
int	 field_spec_find(struct load *, const char *artifact, const char *label,
	    struct json *out);
/* Make the body that creates the field with the key "ARTIFACT/LABEL".  1 and *out
   (the caller frees it), 0 when the map does not name the field. */
int	 field_body(struct load *, const char *ekey, struct json *out);

/* check.c: carry out --check.  The caller has opened qTest.  0, -1. */
int	 check_target(struct load *, struct err *);
/* run.c: load until nothing is left to do or the run is stopped.  0, -1. */
int	 engine(struct load *, struct err *);
/* plan_effects.c: print what a load would do, and do nothing.  0, -1. */
int	 plan(struct load *, struct err *);
/* tally.c: numbers from the ledger; how many failed or were skipped, and how
   many are not as they should be without that. */
int	 tally(struct load *, int64_t *failed, int64_t *left, struct err *);

#endif
