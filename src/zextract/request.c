#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"
#include "io/json/json.h"

#include "reading.h"
#include "request.h"

void
requests_init(struct requests *q)
{
	*q = (struct requests){ 0 };
	TAILQ_INIT(&q->ready);
	TAILQ_INIT(&q->asked);
	TAILQ_INIT(&q->held);
}

void
requests_drop(struct request_list *list)
{
	struct request *a;

	while ((a = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, a, link);
		request_free(a);
	}
}

void
requests_free(struct requests *q)
{
	requests_drop(&q->ready);
	requests_drop(&q->asked);
	requests_drop(&q->held);
	q->nheld = 0;
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
	TAILQ_INSERT_TAIL(&q->ready, a, link);
}

struct request *
request_pop(struct request_list *list)
{
	struct request *a = TAILQ_FIRST(list);

	if (a != NULL)
		TAILQ_REMOVE(list, a, link);
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
	struct request *a = arg;
	struct requests *q = a->reading->requests;

	TAILQ_REMOVE(&q->asked, a, link);
	TAILQ_INSERT_TAIL(&q->held, a, link);
	a->status = answer->status;
	a->date_ms = answer->date_ms;
	a->body = answer->body;
	answer->body = (struct buf){ 0 };
	if (a->status == 0) {
		buf_reset(&a->body);
		buf_puts(&a->body, answer->why);
	}
	if (q->nheld++ == 0)
		q->held_ms = time_mono_ms();
}

void
request_send(struct zephyr *z, struct request *a)
{
	TAILQ_INSERT_HEAD(&a->reading->requests->asked, a, link);
	zephyr_get(z, a->path, a->accept, on_answer, a);
}
