#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "work/kind.h"
#include "work/queue.h"
#include "work/task.h"

/*
 * The window: pending effects in order of work, as many as are worth looking
 * at.  The ledger holds the rest; .at says up to where it was taken in.
 */

enum { WINDOW_MIN = 256, WINDOW_MAX = 1024 };

static int
queue_place_cmp(const struct effect *a, int64_t phase, int64_t ord, const char *kind,
    const char *ekey)
{
	int c;

	if (a->phase != phase)
		return a->phase < phase ? -1 : 1;
	if (a->ord != ord)
		return a->ord < ord ? -1 : 1;
	if ((c = strcmp(a->kind, kind)) != 0)
		return c;
	return strcmp(a->ekey, ekey);
}

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

/* Into its place; an effect that stands there already is dropped. */
struct task *
queue_put(struct load *l, struct effect *f)
{
	struct task **at = &l->queue->head, *t;
	int c = 1;

	while (*at != NULL && (c = queue_place_cmp(&(*at)->e, f->phase, f->ord, f->kind,
	    f->ekey)) < 0)
		at = &(*at)->next;
	if (*at != NULL && c == 0) {
		effect_free(f);
		return NULL;
	}
	t = mem_zalloc(sizeof(*t));
	t->load = l;
	t->e = *f;
	memset(f, 0, sizeof(*f));
	t->kind = kind_of(t->e.type);
	t->lane = t->e.lane != NULL ? text_hash(t->e.lane) : 0;
	t->next = *at;
	*at = t;
	l->queue->n++;
	return t;
}

/* Rows at or after this one are to be looked at again. */
void
queue_back(struct load *l, const struct effect *f)
{
	struct ledger_place *p = &l->queue->at;

	l->queue->more = 1;
	if (p->kind == NULL ||
	    queue_place_cmp(f, p->phase, p->ord, p->kind, p->ekey) > 0)
		return;
	l->queue->back = 1;
	queue_place_set(p, f->phase, f->ord, "", "");
}

/*
 * Another payload is wanted for this effect.  Not under way: the window
 * forgets it and takes the new row; under way: once it has ended.
 */
void
queue_stale(struct load *l, const struct effect *f)
{
	struct task **at = &l->queue->head, *t;

	while ((t = *at) != NULL) {
		if (!effect_is(&t->e, f->kind, f->ekey)) {
			at = &t->next;
			continue;
		}
		if (t->state > TASK_READY) {
			t->superseded = 1;
			at = &t->next;
			continue;
		}
		*at = t->next;
		task_free(t);
		l->queue->n--;
	}
}

/* Is it in the window in another place (its order has changed)? */
static int
queue_is_here(const struct load *l, const struct effect *f)
{
	const struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (effect_is(&t->e, f->kind, f->ekey))
			return 1;
	return 0;
}

int
queue_fill(struct load *l, struct err *e)
{
	enum { PAGE = 128 };
	struct effect page[PAGE];
	struct queue *q = l->queue;
	int i, n;

	if (q->max < WINDOW_MIN)
		q->max = WINDOW_MIN;
	while (q->more && (q->n <= q->max / 2 || q->back)) {
		q->back = 0;
		if ((n = ledger_next(&l->ledger, &q->at, PAGE, page, e)) == -1)
			return -1;
		if (n > 0)
			queue_place_set(&q->at, page[n - 1].phase, page[n - 1].ord,
			    page[n - 1].kind, page[n - 1].ekey);
		q->more = n == PAGE;
		for (i = 0; i < n; i++)
			if (queue_is_here(l, &page[i]))
				effect_free(&page[i]);
			else
				queue_put(l, &page[i]);
	}
	return 0;
}

/* Something has ended: who waited for it is looked at again. */
void
queue_event(struct load *l, const char *kind, const char *ekey)
{
	size_t n = strlen(kind);
	struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_BLOCKED && strncmp(t->block, kind, n) == 0 &&
		    t->block[n] == '/' && strcmp(t->block + n + 1, ekey) == 0)
			t->state = TASK_NEW;
}

void
queue_look_again(struct load *l)
{
	struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_BLOCKED)
			t->state = TASK_NEW;
}

void
queue_input_ended(struct load *l)
{
	l->input_open = 0;
	queue_look_again(l);
}

/* What is blocked makes room; the ledger still has it. */
static void
queue_pass_by(struct queue *q)
{
	struct task **at = &q->head, *t;

	while ((t = *at) != NULL) {
		if (t->state != TASK_BLOCKED) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		task_free(t);
		q->n--;
		q->passed++;
	}
}

/* From the first one on again. */
static void
queue_rewind_place(struct queue *q)
{
	queue_place_set(&q->at, 0, 0, "", "");
	q->more = 1;
	q->passed = q->ended = 0;
}

/*
 * Nothing is under way and nothing can start.  A wider window may help, then what
 * comes behind it, then what was passed by; else what waits here waits for
 * itself.  1 when there is more to be done.
 */
int
queue_give_up(struct load *l)
{
	struct queue *q = l->queue;
	struct task *t;
	int n = 0;

	if (q->more && !q->stuck) {
		if (q->max < WINDOW_MAX)
			q->max *= 2;
		else
			queue_pass_by(q);
		return 1;
	}
	if (q->passed > 0 && (q->ended > 0 || q->n == 0)) {
		q->stuck = q->ended == 0;
		queue_pass_by(q);
		queue_rewind_place(q);
		return 1;
	}
	q->stuck = 0;
	if (q->passed > 0)
		queue_rewind_place(q);
	for (t = q->head; t != NULL; t = t->next)
		if (t->state == TASK_BLOCKED && ++n > 0)
			task_end(t, OUT_SKIPPED, "needs %s, which needs it in turn",
			    t->block);
	return n;
}

void
queue_free(struct load *l)
{
	struct task *t;

	while ((t = l->queue->head) != NULL) {
		l->queue->head = t->next;
		task_free(t);
	}
	free(l->queue->at.kind);
	free(l->queue->at.ekey);
	memset(l->queue, 0, sizeof(*l->queue));
}
