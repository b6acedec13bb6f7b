#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/job.h"
#include "io/json/json.h"

#include "reading.h"
#include "request.h"

void
requests_init(struct requests *q)
{
	*q = (struct requests){ 0 };
	q->ready_tail = &q->ready;
	q->held_tail = &q->held;
}

void
requests_drop(struct request **list)
{
	struct request *a;

	while ((a = *list) != NULL) {
		*list = a->next;
		request_free(a);
	}
}

void
requests_free(struct requests *q)
{
	requests_drop(&q->ready);
	requests_drop(&q->asked);
	requests_drop(&q->held);
	requests_init(q);
}

struct request *
request_new(struct reading *reading, const struct reader *r, char *path)
{
	struct request *a = mem_zalloc(sizeof(*a));

	a->reading = reading;
	a->src = reading->src;
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
request_push(struct requests *q, struct request *a)
{
	a->next = NULL;
	*q->ready_tail = a;
	q->ready_tail = &a->next;
	q->nready++;
}

struct request *
request_pop(struct requests *q)
{
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

int
request_object(struct request *a,
    int (*put)(struct request *, const struct json *, struct err *), struct err *e)
{
	struct json j;
	int rc;

	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_object(&j, a->path, &a->body, e) == -1)
		return -1;
	rc = put(a, &j, e);
	json_free(&j);
	return rc;
}

int
request_page(struct request *a,
    int (*put)(struct request *, const struct zephyr_page *, struct err *), struct err *e)
{
	struct zephyr_page p;
	int rc;

	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_page(&p, a->path, &a->body, e) == -1)
		return -1;
	rc = put(a, &p, e);
	zephyr_page_free(&p);
	return rc;
}

static void
on_answer(void *arg, struct zephyr_answer *answer)
{
	struct request *a = arg, **p;
	struct requests *q = a->reading->requests;

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

static void
on_reply(void *arg, struct zephyr_answer *answer)
{
	struct reply *r = arg;

	r->status = answer->status;
	r->body = answer->body;
	answer->body = (struct buf){ 0 };
}

int
reply_wait(struct reply *r, struct zephyr *by, const char *path, struct zephyr *z,
    const struct job *job, const char **why, struct err *e)
{
	int rc = 0;

	zephyr_get(by, path, 0, on_reply, r);
	while (rc == 0 && zephyr_busy(by) > 0 && !job_stop(job, why))
		rc = zephyr_wait(z, 1000, NULL, 0, e);
	return rc;
}

void
request_send(struct zephyr *z, struct request *a)
{
	struct requests *q = a->reading->requests;

	a->next = q->asked;
	q->asked = a;
	zephyr_get(z, a->path, a->accept, on_answer, a);
}
