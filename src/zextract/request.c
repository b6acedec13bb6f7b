#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/zephyr.h"

#include "extract.h"
#include "request.h"

void
requests_init(struct requests *q)
{
	*q = (struct requests){ 0 };
	q->ready_tail = &q->ready;
	q->held_tail = &q->held;
}

static void
request_list_free(struct request *a)
{
	struct request *next;

	for (; a != NULL; a = next) {
		next = a->next;
		request_free(a);
	}
}

void
requests_free(struct requests *q)
{
	request_list_free(q->ready);
	request_list_free(q->asked);
	request_list_free(q->held);
	requests_init(q);
}

struct request *
request_new(struct extract *x, const struct reader *r, char *path)
{
	struct request *a = mem_zalloc(sizeof(*a));

	a->x = x;
	a->reader = r;
	a->path = path;
	return a;
}

void
request_free(struct request *a)
{
	if (a == NULL)
		return;
	request_free(a->more);
	buf_free(&a->body);
	free(a->path);
	free(a->key);
	free(a->hash);
	free(a->after);
	free(a);
}

void
request_push(struct extract *x, struct request *a)
{
	struct requests *q = x->requests;

	a->next = NULL;
	*q->ready_tail = a;
	q->ready_tail = &a->next;
	q->nready++;
}

struct request *
request_pop(struct extract *x)
{
	struct requests *q = x->requests;
	struct request *a = q->ready;

	if (a == NULL)
		return NULL;
	q->ready = a->next;
	if (q->ready == NULL)
		q->ready_tail = &q->ready;
	q->nready--;
	a->next = NULL;
	return a;
}

static void
on_answer(void *arg, struct zephyr_answer *answer)
{
	struct request *a = arg, **p;
	struct requests *q = a->x->requests;

	for (p = &q->asked; *p != a; p = &(*p)->next)
		continue;
	*p = a->next;
	a->status = answer->status;
	a->date_ms = answer->date_ms;
	a->body = answer->body;
	answer->body = (struct buf){ 0 };
	if (a->status == 0) {
		buf_reset(&a->body);
		buf_puts(&a->body, answer->why);
	}
	a->next = NULL;
	*q->held_tail = a;
	q->held_tail = &a->next;
	if (q->nheld++ == 0)
		q->held_ms = time_mono_ms();
}

void
request_send(struct zephyr *z, struct request *a)
{
	struct requests *q = a->x->requests;

	a->next = q->asked;
	q->asked = a;
	zephyr_get(z, a->path, a->accept, on_answer, a);
}
