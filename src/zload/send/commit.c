#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "load.h"
#include "send/commit.h"
#include "send/result.h"
#include "send/result_write.h"
#include "steps/case_steps.h"
#include "work/queue.h"
#include "work/task.h"

/*
 * One transaction writes the results of finished requests and the intents of
 * the next ones; only then do these leave.
 */

enum { ACCOUNT_MS = 700, ACCOUNT_IDLE_MS = 10000 };

static int64_t
commit_touch_every(const struct load *l)
{
	return l->settle_ms / 4 < 10000 ? l->settle_ms / 4 + 1 : 10000;
}

static int
commit_write_one(struct task *t, int64_t now, struct err *e)
{
	struct ledger *lg = &t->load->ledger;

	switch (t->state) {
	case TASK_WRITE:
	case TASK_INTENDED:
		return ledger_intent(lg, &t->e, t->hash, t->verb, t->path,
		    buf_str(&t->text), e);
	case TASK_SENT:
		/* It may still wait for its turn to leave. */
		return now < t->touch_ms ? 0 :
		    ledger_touch(lg, t->e.kind, t->e.ekey, e);
	default:
		return 0;
	}
}

/* What was sent goes to the row that all processes share, now and then. */
static int
commit_account_due(const struct load *l)
{
	int64_t now = time_mono_ms();

	return now >= l->account_ms + (http_sent(qtest_http(l->qtest)) !=
	    l->accounted ? ACCOUNT_MS : ACCOUNT_IDLE_MS);
}

static int
commit_account(struct load *l, struct err *e)
{
	int64_t sent = http_sent(qtest_http(l->qtest));

	if (!commit_account_due(l))
		return 0;
	if (qtest_account(l->qtest, l->db, e) == -1)
		return -1;
	l->accounted = sent;
	l->account_ms = time_mono_ms();
	return 0;
}

static int
commit_write_all(struct db *db, void *arg, struct err *e)
{
	struct load *l = arg;
	struct task *t;
	int64_t now = time_mono_ms();

	(void)db;
	if (steps_commit(l, e) == -1)
		return -1;
	/* results first: a case that was written makes its approval, which may
	   be intended in the same breath, due again */
	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED && result_write(t, e) == -1)
			return -1;
	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state != TASK_ENDED && commit_write_one(t, now, e) == -1)
			return -1;
	return 0;
}

static int
commit_has_work(struct load *l)
{
	const struct task *t;
	int64_t now = time_mono_ms();

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED || t->state == TASK_WRITE ||
		    t->state == TASK_INTENDED ||
		    (t->state == TASK_SENT && now >= t->touch_ms))
			return 1;
	return steps_waiting(l);
}

static void
on_write(void *arg, struct qtest_reply *rp)
{
	result_take(arg, rp);
}

static int
commit_send_one(struct task *t, struct err *e)
{
	struct load *l = t->load;
	const char *body = t->text.len > 0 ? buf_str(&t->text) : NULL;

	t->touch_ms = time_mono_ms() + commit_touch_every(l);
	t->state = TASK_SENT;
	if (qtest_send(l->qtest, t->method, t->path, body, t->text.len, on_write,
	    t, e) == 0)
		return 0;
	task_end(t, OUT_UNDO, "not sent");
	return -1;
}

/* What was committed is told and leaves the window. */
static int
commit_sweep(struct load *l, struct err *e)
{
	struct task **at = &l->queue->head, *t;

	while ((t = *at) != NULL) {
		if (t->state == TASK_ENDED && t->out == OUT_UNDO && t->origin != ORIGIN_READBACK)
			task_again(t);
		if (t->state != TASK_ENDED) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		l->queue->n--;
		l->queue->ended++;
		if (result_after_commit(t, e) == -1) {
			task_free(t);
			return -1;
		}
		task_free(t);
	}
	return 0;
}

int
commit(struct load *l, struct err *e)
{
	struct task *t;
	int64_t now;
	int rc = 0;

	if (commit_account(l, e) == -1)
		return -1;
	if (!commit_has_work(l))
		return 0;
	if (db_tx(l->db, commit_write_all, l, e) == -1)
		return -1;
	steps_committed(l);
	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_WRITE)
			t->state = TASK_INTENDED;
	if (commit_sweep(l, e) == -1)
		return -1;
	now = time_mono_ms();
	for (t = l->queue->head; t != NULL; t = t->next) {
		if (t->state == TASK_INTENDED && rc == 0)
			rc = commit_send_one(t, e);
		else if (t->state == TASK_SENT && now >= t->touch_ms)
			t->touch_ms = now + commit_touch_every(l);
	}
	return rc;
}
