#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "load.h"
#include "preflight.h"
#include "run.h"
#include "input/ingest.h"
#include "recover/doubt.h"
#include "send/commit.h"
#include "work/queue.h"
#include "work/schedule.h"
#include "work/task.h"

/*
 * The loop: take effects in, look for lost ones, start what may start, commit
 * and send, wait for the network and for input.
 */
enum { TURN_MS = 1000, TELL_MS = 10000 };

/* Something ended without a request: others may have waited for it. */
static int
run_has_ended(const struct load *l)
{
	const struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED && t->out != OUT_DOUBT && t->out != OUT_UNDO)
			return 1;
	return 0;
}

static int
run_under_way(const struct load *l)
{
	const struct task *t;
	int n = 0;

	for (t = l->queue->head; t != NULL; t = t->next)
		n += t->state >= TASK_LOOKUP;
	return n;
}

/* Is work left in this phase? */
static int
run_work_is_left(const struct load *l)
{
	const struct task *t;

	if (l->phase != PHASE_FIELDS)
		return l->queue->n > 0 || l->queue->more || l->queue->passed > 0;
	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->e.type == KIND_FIELD)
			return 1;
	return 0;
}

static int
run_count_doubts(const struct load *l)
{
	return doubt_count(l, l->phase == PHASE_FIELDS ? KIND_FIELD : KIND_UNKNOWN);
}

static void
run_log_wait(struct load *l, int64_t ms)
{
	char at[TIME_MAX];

	if (ms < TELL_MS || time_mono_ms() < l->last_logged_ms)
		return;
	l->last_logged_ms = time_mono_ms() + ms;
	time_iso(time_wall_ms() + ms, at);
	log_info(NULL, "waiting until %s before reading back %d unconfirmed requests (--settle)",
	    at, doubt_count(l, KIND_UNKNOWN));
}

/* How long to wait for something to happen. */
static int64_t
run_turn_ms(struct load *l, int busy)
{
	int64_t ms = TURN_MS, due = doubt_due(l);

	if (busy)
		return 0;
	if (due >= 0 && !l->stopping) {
		if (qtest_flying(l->qtest) == 0 && !l->input_open)
			run_log_wait(l, due);
		ms = due < ms ? due : ms;
	}
	if (l->settle_ms / 4 < ms)
		ms = l->settle_ms / 4 + 1;
	return ms;
}

static int
run_stop_asked(struct load *l)
{
	const char *why;

	l->job.requests = http_sent(qtest_http(l->qtest));
	if (l->stopping || !job_stop(&l->job, &why))
		return l->stopping;
	log_info(NULL, "stopping (%s): waiting for %d requests in flight", why,
	    qtest_flying(l->qtest));
	l->stop_by_ms = time_mono_ms() + l->timeout_ms;
	return l->stopping = 1;
}

/* Check what the load needs.  Missing fields are created first.  1, -1. */
static int
run_begin(struct load *l, struct err *e)
{
	int creating;

	if (preflight(l, &creating, e) == -1)
		return -1;
	l->phase = creating > 0 ? PHASE_FIELDS : PHASE_ALL;
	return 1;
}

/* End the phase, in which no work is left.  1 when another one follows, 0, -1. */
static int
run_phase_end(struct load *l, struct err *e)
{
	if (l->phase != PHASE_FIELDS || l->stopping)
		return 0;
	l->phase = PHASE_ALL;
	return preflight_check_made(l, e) == -1 ? -1 : 1;
}

/* Everything that is started in a turn; 1 when more may be done at once. */
static int
run_work(struct load *l, struct err *e)
{
	int rc = 0, n, room;

	if (l->phase != PHASE_FIELDS && (rc = ingest_turn(l, e)) == -1)
		return -1;
	if (l->map[0] == '\0')
		return rc;
	if (queue_fill(l, e) == -1)
		return -1;
	if (l->phase == PHASE_START && (l->queue->n > 0 || l->doubts != NULL))
		return run_begin(l, e);
	room = qtest_room(l->qtest);
	if (doubt_turn(l, e) == -1 || (n = schedule(l, room, e)) == -1)
		return -1;
	if (n == 0 && run_under_way(l) == 0 && qtest_flying(l->qtest) == 0 &&
	    run_work_is_left(l) && run_count_doubts(l) == 0 && !l->input_open && room > 0 &&
	    l->phase != PHASE_FIELDS)
		rc |= queue_give_up(l) > 0;
	return rc | run_has_ended(l);
}

static int
run_is_over(struct load *l)
{
	if (l->stopping)
		return qtest_flying(l->qtest) == 0 ||
		    time_mono_ms() > l->stop_by_ms;
	if (l->phase != PHASE_FIELDS && l->input_open)
		return 0;
	return !run_work_is_left(l) && run_count_doubts(l) == 0 && qtest_flying(l->qtest) == 0;
}

/* The run ends with an error: what is known so far is still written down, that
   what was intended has not left, too. */
static int
run_report_end(struct load *l, struct err *e)
{
	struct err e2 = { 0 };
	struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_INTENDED)
			task_end(t, OUT_UNDO, "not sent");
		else if (t->state == TASK_WRITE)
			t->state = TASK_NEW;
	if (commit(l, &e2) == -1 && e->code == 0)
		*e = e2;
	return -1;
}

int
engine(struct load *l, struct err *e)
{
	struct pollfd pfd = { .events = POLLIN };
	int busy, n;

	for (;;) {
		busy = 0;
		if (!run_stop_asked(l) && (busy = run_work(l, e)) == -1)
			return run_report_end(l, e);
		if (claim_keep(&l->claim, l->db, e) == -1)
			return run_report_end(l, e);
		qtest_lease(l->qtest, l->claim.until);
		if (commit(l, e) == -1)
			return run_report_end(l, e);
		if (!busy && run_is_over(l)) {
			if ((busy = run_phase_end(l, e)) == -1)
				return run_report_end(l, e);
			if (!busy)
				return 0;
		}
		pfd.fd = ingest_fd(l);
		n = pfd.fd != -1 && !l->stopping && l->phase != PHASE_FIELDS;
		if (qtest_wait(l->qtest, run_turn_ms(l, busy), &pfd, n, e) == -1)
			return run_report_end(l, e);
	}
}
