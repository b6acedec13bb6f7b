
#include "base/time.h"
#include "session.h"
#include "files/file_effect.h"
#include "links/link_send.h"
#include "work/kind.h"
#include "send/commit.h"
#include "send/result.h"
#include "send/result_write.h"
#include "steps/case_steps.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

/* Return how often to renew the time of an intent under way, in ms. */
static int64_t
commit_touch_every(const struct session *s)
{
	int64_t ms = s->options->settle_ms / 4;

	return ms < 10000 ? ms + 1 : 10000;
}

static int
commit_write_one(struct task *t, int64_t now, struct err *e)
{
	struct ledger *lg = &t->session->ledger;

	switch (t->state) {
	case TASK_WRITE:
	case TASK_INTENDED:
		return ledger_intent(lg, &t->e, t->hash, t->verb, t->path, buf_str(&t->text), e);
	case TASK_SENT:
		/* The request may still wait in the client. */
		return now < t->touch_ms ? 0 :
		    ledger_touch(lg, t->e.kind, t->e.ekey, e);
	default:
		return 0;
	}
}

static int
commit_write_all(struct db *db, void *arg, struct err *e)
{
	struct work *w = arg;
	struct task *t;
	int64_t now = time_mono_ms();

	(void)db;
	if (steps_commit(w->steps, e) == -1)
		return -1;
	/* Results first: a case that was written makes its approval, whose intent may be in
	   this transaction, pending again. */
	for (t = w->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED && result_write(t, e) == -1)
			return -1;
	for (t = w->queue->head; t != NULL; t = t->next)
		if (t->state != TASK_ENDED && commit_write_one(t, now, e) == -1)
			return -1;
	return 0;
}

static int
commit_has_work(const struct work *w)
{
	const struct task *t;
	int64_t now = time_mono_ms();

	for (t = w->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED || t->state == TASK_WRITE ||
		    t->state == TASK_INTENDED ||
		    (t->state == TASK_SENT && now >= t->touch_ms))
			return 1;
	return steps_waiting(w->steps);
}

static int
commit_send_one(struct task *t, struct err *e)
{
	const struct buf *b = t->request.len > 0 ? &t->request : &t->text;
	const char *body = b->len > 0 ? buf_str(b) : NULL;

	t->touch_ms = time_mono_ms() + commit_touch_every(t->session);
	t->state = TASK_SENT;
	if (t->kind->place == PLACE_FILE)
		return file_upload(t, e);
	if (t->kind->place == PLACE_LINK)
		return link_send(t, e);
	if (qtest_send(t->session->qtest, t->method, t->path, body, b->len,
	    result_receive, t, e) == 0)
		return 0;
	task_end(t, OUT_UNDO, "not sent");
	return -1;
}

/* Report the tasks whose end is committed, and remove them from the queue.  0, -1. */
static int
commit_sweep(struct queue *q, struct err *e)
{
	struct task **at = &q->head, *t;

	while ((t = *at) != NULL) {
		if (t->state == TASK_ENDED && t->out == OUT_UNDO && t->origin != ORIGIN_READBACK)
			task_again(t);
		if (t->state != TASK_ENDED) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		q->n--;
		q->ended++;
		if (result_after_commit(t, e) == -1) {
			task_free(t);
			return -1;
		}
		task_free(t);
	}
	return 0;
}

int
commit(struct work *w, struct err *e)
{
	struct task *t;
	int64_t now;
	int rc = 0;

	if (!commit_has_work(w))
		return 0;
	if (db_tx(w->session->db, commit_write_all, w, e) == -1)
		return -1;
	steps_committed(w->steps);
	for (t = w->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_WRITE)
			t->state = TASK_INTENDED;
	if (commit_sweep(w->queue, e) == -1)
		return -1;
	now = time_mono_ms();
	for (t = w->queue->head; t != NULL; t = t->next) {
		if (t->state == TASK_INTENDED && rc == 0)
			rc = commit_send_one(t, e);
		else if (t->state == TASK_SENT && now >= t->touch_ms)
			t->touch_ms = now + commit_touch_every(w->session);
	}
	return rc;
}
