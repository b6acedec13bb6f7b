#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "plan/plan_lines.h"
#include "work/kind.h"
#include "work/queue.h"
#include "work/work.h"

enum { QUEUE_MIN = 256, QUEUE_MAX = 1024 };

static void
queue_place_set(struct ledger_place *p, int64_t phase, int64_t ord, const char *kind,
    const char *ekey)
{
	free(p->kind);
	free(p->ekey);
	p->phase = phase;
	p->ord = ord;
	p->kind = mem_dup(kind);
	p->ekey = mem_dup(ekey);
}

struct task *
queue_put(struct queue *q, struct effect *f)
{
	struct task **at = &q->head, *t;
	int s = stream_find(f->stream);

	/* its place in the order may have changed */
	for (t = q->head; t != NULL; t = t->next)
		if (effect_is(&t->e, f->kind, f->ekey)) {
			effect_free(f);
			return NULL;
		}
	while (*at != NULL && effect_cmp(&(*at)->e, f) < 0)
		at = &(*at)->next;
	t = mem_zalloc(sizeof(*t));
	*t = (struct task){ .next = *at, .work = q->work, .session = q->work->session,
	    .e = *f, .stream = s != -1 ? (enum stream)s : STREAM_COUNT,
	    .kind = kind_of(f->type), .lane = f->lane != NULL ? text_hash(f->lane) : 0 };
	memset(f, 0, sizeof(*f));
	*at = t;
	q->n++;
	return t;
}

void
queue_back(struct queue *q, const struct effect *f)
{
	struct ledger_place *p = &q->at;
	struct effect last = { .phase = p->phase, .ord = p->ord, .kind = p->kind, .ekey = p->ekey };

	q->more = 1;
	if (p->kind == NULL || effect_cmp(f, &last) > 0)
		return;
	q->back = 1;
	queue_place_set(p, f->phase, f->ord, "", "");
}

void
queue_back_record(struct queue *q, const struct effect *f)
{
	struct effect first = { .phase = f->phase, .ord = f->ord - f->ord % TARGET_EFFECTS,
	    .kind = f->kind, .ekey = f->ekey };

	queue_back(q, &first);
}

/* Remove the task *at from the list. */
static void
queue_remove(struct queue *q, struct task **at)
{
	struct task *t = *at;

	*at = t->next;
	task_free(t);
	q->n--;
}

/* Forget the task *at, or mark it when it is under way.  Return the place of the next one. */
static struct task **
queue_stale_at(struct queue *q, struct task **at)
{
	if ((*at)->state <= TASK_READY) {
		queue_remove(q, at);
		return at;
	}
	(*at)->superseded = 1;
	return &(*at)->next;
}

void
queue_stale(struct queue *q, const struct effect *f)
{
	struct task **at = &q->head;

	while (*at != NULL && !effect_is(&(*at)->e, f->kind, f->ekey))
		at = &(*at)->next;
	if (*at != NULL)
		(void)queue_stale_at(q, at);
}

void
queue_stale_steps(struct queue *q, const char *skey)
{
	struct task **at = &q->head;

	while (*at != NULL)
		if (effect_is_step_file(&(*at)->e) &&
		    strcmp((*at)->e.skey, skey) == 0)
			at = queue_stale_at(q, at);
		else
			at = &(*at)->next;
}

/* True if a restoration has reset an effect, which is carried out even without a line. */
static int
queue_is_reset(const struct effect *f)
{
	return f->type != KIND_RELINK && f->hash == NULL && (f->id != 0 || f->deleted_at != 0);
}

/* Put an effect of the ledger, which is moved, into its place unless the plan that is applied
   lacks it.  0, -1. */
static int
queue_take(struct queue *q, struct effect *f, struct err *e)
{
	int rc = queue_is_reset(f) ? 1 : plan_lines_admits(q->work->session, f->kind, f->ekey, e);

	if (rc == 1)
		(void)queue_put(q, f);
	effect_free(f);
	return rc == -1 ? -1 : 0;
}

int
queue_is_to_fill(const struct queue *q)
{
	return q->more && (q->n <= q->max / 2 || q->back);
}

int
queue_fill(struct queue *q, struct err *e)
{
	enum { PAGE = 128 };
	struct effect page[PAGE];
	int i, n;

	if (q->max < QUEUE_MIN)
		q->max = QUEUE_MIN;
	while (queue_is_to_fill(q)) {
		q->back = 0;
		if ((n = ledger_next(&q->work->session->ledger, &q->at,
		    q->is_late ? INT64_MAX : LEDGER_LATE - 1, PAGE, page, e)) == -1)
			return -1;
		if (n > 0)
			queue_place_set(&q->at, page[n - 1].phase, page[n - 1].ord,
			    page[n - 1].kind, page[n - 1].ekey);
		q->more = n == PAGE;
		for (i = 0; i < n; i++)
			if (queue_take(q, &page[i], e) == -1)
				return -1;
	}
	return 0;
}

void
queue_retry(struct queue *q, const char *kind, const char *ekey)
{
	size_t n = kind != NULL ? strlen(kind) : 0;
	struct task *t;

	for (t = q->head; t != NULL; t = t->next)
		if (t->state == TASK_BLOCKED && (kind == NULL ||
		    (strncmp(t->block, kind, n) == 0 && t->block[n] == '/' &&
		    strcmp(t->block + n + 1, ekey) == 0)))
			t->state = TASK_NEW;
}

/* Remove blocked tasks to make room for later ones; the ledger still has them. */
static void
queue_pass_by(struct queue *q)
{
	struct task **at = &q->head;

	while (*at != NULL)
		if ((*at)->state != TASK_BLOCKED) {
			at = &(*at)->next;
		} else {
			queue_remove(q, at);
			q->passed++;
		}
}

void
queue_rewind(struct queue *q)
{
	queue_place_set(&q->at, 0, 0, "", "");
	q->more = 1;
	q->passed = q->ended = 0;
}

/* A longer queue may help, then the rows after it, then the tasks that were removed; if no
   task ended in between, the blocked tasks wait for each other. */
int
queue_give_up(struct queue *q)
{
	struct task *t;
	int n = 0;

	if (q->more && !q->stuck) {
		if (q->max < QUEUE_MAX)
			q->max *= 2;
		else
			queue_pass_by(q);
		return 1;
	}
	if (q->passed > 0 && (q->ended > 0 || q->n == 0)) {
		q->stuck = q->ended == 0;
		queue_pass_by(q);
		queue_rewind(q);
		return 1;
	}
	q->stuck = 0;
	if (q->passed > 0)
		queue_rewind(q);
	for (t = q->head; t != NULL; t = t->next)
		if (t->state == TASK_BLOCKED && ++n > 0)
			task_end(t, OUT_SKIPPED, "needs %s, which needs it in turn", t->block);
	return n;
}

void
queue_free(struct queue *q)
{
	while (q->head != NULL)
		queue_remove(q, &q->head);
	free(q->at.kind);
	free(q->at.ekey);
	memset(q, 0, sizeof(*q));
}
