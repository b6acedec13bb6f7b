#include <poll.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/claim.h"
#include "preflight.h"
#include "run.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/ingest.h"
#include "input/input.h"
#include "input/source.h"
#include "links/link_late.h"
#include "recover/doubt.h"
#include "recover/readback.h"
#include "send/commit.h"
#include "steps/case_steps.h"
#include "work/queue.h"
#include "work/schedule.h"
#include "work/task.h"
#include "work/work.h"

/*
 * One thread and one loop.  Effects are read into the ledger (ingest.c) and, in order of work,
 * into a queue (queue.c).  A task that may start (schedule.c) gets its request (prepare.c),
 * whose intent is committed before it is sent (commit.c).  An answer ends the task (result.c);
 * an effect in doubt is read back (doubt.c).
 */
enum { TURN_MS = 1000, LOG_MS = 10000, ACCOUNT_MS = 700, ACCOUNT_IDLE_MS = 10000,
	RESTORE_ROUNDS_MAX = 100 };

/* The effects that may start. */
enum run_phase {
	PHASE_START,		/* relinks, which send nothing; the others wait for preflight() */
	PHASE_FIELDS,		/* those that create fields; the input waits meanwhile */
	PHASE_STREAMS,		/* those of the streams */
	PHASE_LATE		/* the late ones, too (LEDGER_LATE); no input is left */
};

struct run {
	struct work	*work;
	struct qtest	*qtest;		/* that of .work */
	struct job	*job;
	struct claim	*claim;
	struct ingest	*ingest;
	enum run_phase	 phase;
	int		 stopping;
	int64_t		 stop_by_ms, next_log_ms;	/* monotonic */
	int64_t		 account_ms, accounted;	/* last api_sync_budget: time, requests */
};

/* Count the tasks under way; *ended: how many ended without a request, so that other tasks may
   have waited for them. */
static int
run_under_way(const struct run *r, int *ended)
{
	const struct task *t;
	int n = 0;

	*ended = 0;
	for (t = r->work->queue->head; t != NULL; t = t->next) {
		n += t->state >= TASK_LOOKUP;
		*ended += t->state == TASK_ENDED && t->out != OUT_DOUBT && t->out != OUT_UNDO;
	}
	return n;
}

/* Return the kind of effect that may start, KIND_UNKNOWN when all may. */
static enum effect_kind
run_kind(const struct run *r)
{
	return r->phase == PHASE_START ? KIND_RELINK :
	    r->phase == PHASE_FIELDS ? KIND_FIELD : KIND_UNKNOWN;
}

/* True if a task or a doubt needs qTest. */
static int
run_needs_qtest(const struct run *r)
{
	const struct task *t;

	for (t = r->work->queue->head; t != NULL; t = t->next)
		if (t->e.type != KIND_RELINK)
			return 1;
	return doubt_count(r->work->doubts, KIND_UNKNOWN) > 0;
}

/* True if tasks or doubts of this phase are left, or rows of the ledger are not read. */
static int
run_has_tasks(const struct run *r)
{
	const struct queue *q = r->work->queue;
	const struct task *t;

	if (r->phase != PHASE_FIELDS)
		return q->n > 0 || q->more || q->passed > 0;
	for (t = q->head; t != NULL; t = t->next)
		if (t->e.type == KIND_FIELD)
			return 1;
	return queue_is_to_fill(q);	/* perhaps a field that was not in qTest when read back */
}

static int
run_count_doubts(const struct run *r)
{
	return doubt_count(r->work->doubts, run_kind(r));
}

static void
run_log_wait(struct run *r, int64_t ms)
{
	char at[TIME_MAX];

	if (ms < LOG_MS || time_mono_ms() < r->next_log_ms)
		return;
	r->next_log_ms = time_mono_ms() + ms;
	time_iso(time_wall_ms() + ms, at);
	log_info(NULL, "waiting until %s before reading back %d unconfirmed requests (--settle)",
	    at, doubt_count(r->work->doubts, KIND_UNKNOWN));
}

/* Return how long to wait for the network and the input, in ms. */
static int64_t
run_turn_ms(struct run *r, int busy)
{
	int64_t touch_ms = r->work->session->options->settle_ms / 4;
	int64_t ms = TURN_MS, due = doubt_due(r->work->doubts);

	if (busy)
		return 0;
	if (due >= 0 && !r->stopping) {
		if (api_busy(qtest_api(r->qtest)) == 0 && !r->work->input->is_open)
			run_log_wait(r, due);
		ms = due < ms ? due : ms;
	}
	return touch_ms < ms ? touch_ms + 1 : ms;
}

/* True if the job is asked to stop; the requests in flight are still awaited. */
static int
run_stop_asked(struct run *r)
{
	const char *why;

	r->job->requests = http_sent(qtest_http(r->qtest));
	if (r->stopping || !job_stop(r->job, &why))
		return r->stopping;
	log_info(NULL, "stopping (%s): waiting for %d request%s in flight", why,
	    PLURAL(api_busy(qtest_api(r->qtest))));
	r->stop_by_ms = time_mono_ms() + r->work->session->options->timeout_ms;
	return r->stopping = 1;
}

/* Check the preconditions of the load, and begin its first phase.  1, -1. */
static int
run_begin(struct run *r, struct err *e)
{
	int creating;

	if (preflight(r->work, &creating, e) == -1)
		return -1;
	r->phase = creating > 0 ? PHASE_FIELDS : PHASE_STREAMS;
	return 1;
}

/* When no task is left, go on with the objects that were found to be deleted
   meanwhile.  1 when there are such, 0, -1. */
static int
run_restore(struct work *w, struct err *e)
{
	struct session *s = w->session;

	if ((!s->unchecked && s->deleted == 0) || s->rounds++ >= RESTORE_ROUNDS_MAX)
		return 0;
	if (s->deleted > 0 && source_again(s, e) == -1)
		return -1;
	s->deleted = s->unchecked = 0;
	id_cache_clear(w->ids);
	steps_close(w->steps);
	w->steps = steps_open(w);
	queue_rewind(w->queue);
	return 1;
}

/* Go on with the approvals that are to be checked.  1 when there are such, 0. */
static int
run_recheck(struct work *w)
{
	if (!w->recheck)
		return 0;
	w->recheck = 0;
	id_cache_clear(w->ids);
	queue_rewind(w->queue);
	return 1;
}

/* End a phase in which no task is left.  1 when another phase follows, 0, -1. */
static int
run_phase_end(struct run *r, struct err *e)
{
	int rc;

	if (r->stopping || r->work->input->map[0] == '\0')
		return 0;
	switch (r->phase) {
	case PHASE_START:
		return (rc = link_late_due(r->work, e)) == 1 ? run_begin(r, e) : rc;
	case PHASE_FIELDS:
		r->phase = PHASE_STREAMS;
		return preflight_check_made(r->work, e) == -1 ? -1 : 1;
	case PHASE_STREAMS:
		if ((rc = run_restore(r->work, e)) != 0)
			return rc;
		r->phase = PHASE_LATE;
		return link_late_begin(r->work, e) == -1 ? -1 : 1;
	case PHASE_LATE:
		rc = run_restore(r->work, e);
		if (rc == 0)
			return run_recheck(r->work);
		return rc == 1 && link_late_begin(r->work, e) == -1 ? -1 : rc;
	}
	return 0;
}

/* Read input and start tasks.  1 when there is more to do at once, 0, -1. */
static int
run_work(struct run *r, struct err *e)
{
	struct work *w = r->work;
	int rc = 0, n, room, under_way, ended;

	if (r->phase != PHASE_FIELDS && (rc = ingest_turn(r->ingest, e)) == -1)
		return -1;
	if (w->input->map[0] == '\0')
		return rc;
	if (queue_fill(w->queue, e) == -1)
		return -1;
	if (r->phase == PHASE_START && run_needs_qtest(r))
		return run_begin(r, e);
	room = qtest_room(r->qtest);
	if (readback_turn(w->doubts, e) == -1 ||
	    (n = schedule(w->queue, run_kind(r), room, e)) == -1)
		return -1;
	under_way = run_under_way(r, &ended);
	if (n == 0 && under_way == 0 && api_busy(qtest_api(r->qtest)) == 0 &&
	    run_has_tasks(r) && run_count_doubts(r) == 0 && !w->input->is_open && room > 0 &&
	    r->phase != PHASE_FIELDS)
		return rc | (queue_give_up(w->queue) > 0);
	return rc | (ended > 0);
}

static int
run_is_over(struct run *r)
{
	if (r->stopping)
		return api_busy(qtest_api(r->qtest)) == 0 ||
		    time_mono_ms() > r->stop_by_ms;
	if (r->phase != PHASE_FIELDS && r->work->input->is_open)
		return 0;
	return !run_has_tasks(r) && run_count_doubts(r) == 0 && api_busy(qtest_api(r->qtest)) == 0;
}

/* Write the number of requests that were sent to the budget that all processes share, at
   intervals.  0, -1. */
static int
run_account(struct run *r, struct err *e)
{
	int64_t sent = http_sent(qtest_http(r->qtest));

	if (time_mono_ms() < r->account_ms + (sent != r->accounted ? ACCOUNT_MS : ACCOUNT_IDLE_MS))
		return 0;
	if (api_sync_budget(qtest_api(r->qtest), r->work->session->db, API_SYNC_NOW, e) == -1)
		return -1;
	r->accounted = sent;
	r->account_ms = time_mono_ms();
	return 0;
}

static int
run_commit(struct run *r, struct err *e)
{
	return run_account(r, e) == -1 ? -1 : commit(r->work, e);
}

/* Commit the outcomes known so far, and the intents that were not sent as pending, after the
   error e.  -1. */
static int
run_abort(struct run *r, struct err *e)
{
	struct err e2 = { 0 };
	struct task *t;

	for (t = r->work->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_INTENDED)
			task_end(t, OUT_UNDO, "not sent");
		else if (t->state == TASK_WRITE)
			t->state = TASK_NEW;
	if (run_commit(r, &e2) == -1 && e->code == 0)
		*e = e2;
	return -1;
}

/* Do one turn of the loop.  1 when another turn follows, 0, -1. */
static int
run_turn(struct run *r, struct err *e)
{
	struct pollfd pfd = { .events = POLLIN };
	int busy = 0, n;

	if (!run_stop_asked(r) && (busy = run_work(r, e)) == -1)
		return -1;
	if (claim_keep(r->claim, r->work->session->db, e) == -1)
		return -1;
	qtest_lease(r->qtest, r->claim->until);
	if (run_commit(r, e) == -1)
		return -1;
	if (!busy && run_is_over(r) && (busy = run_phase_end(r, e)) != 1)
		return busy;
	pfd.fd = ingest_fd(r->ingest);
	n = pfd.fd != -1 && !r->stopping && r->phase != PHASE_FIELDS;
	return api_wait(qtest_api(r->qtest), run_turn_ms(r, busy), &pfd, n, e) == -1 ? -1 : 1;
}

int
engine(struct work *w, struct job *job, struct claim *claim, struct err *e)
{
	struct run r = { .work = w, .qtest = w->session->qtest, .job = job, .claim = claim };
	int rc = ingest_open(&r.ingest, w, NULL, NULL, e);

	if (rc == 0) {
		do
			rc = run_turn(&r, e);
		while (rc == 1);
		if (rc == -1)
			rc = run_abort(&r, e);
	}
	ingest_close(r.ingest);
	return rc == 0 ? r.stopping : rc;
}
