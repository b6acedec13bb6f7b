#include <stdlib.h>

#include "base/mem.h"

#include "reader.h"
#include "request.h"

struct todo_row *
todo_add(struct todo *t)
{
	struct todo_row *r;

	if (t->n == TODO_PAGE)
		return NULL;
	r = &t->row[t->n++];
	*r = (struct todo_row){ 0 };
	return r;
}

int
todo_add_keys(struct todo *t, struct db_query *q, struct err *e)
{
	struct todo_row *r;

	while (db_row(q) && (r = todo_add(t)) != NULL)
		r->key = mem_dup(db_str(q, 0));
	return db_done(q, e);
}

const char *
todo_after(const struct todo *t)
{
	return t->last.key != NULL ? t->last.key : "";
}

void
todo_clear(struct todo *t)
{
	int i;

	for (i = 0; i < t->n; i++) {
		free(t->row[i].key);
		free(t->row[i].hash);
	}
	t->i = t->n = 0;
}

void
todo_free(struct todo *t)
{
	todo_clear(t);
	free(t->last.key);
	t->last = (struct todo_row){ 0 };
}

/* Fill the page with the next rows, and keep where it ends. */
static int
reader_page(struct reading *reading, const struct reader *r, struct todo *t, struct err *e)
{
	const struct todo_row *last;

	todo_clear(t);
	if (r->page(reading, t, e) == -1)
		return -1;
	if (t->n > 0) {
		last = &t->row[t->n - 1];
		free(t->last.key);
		t->last = (struct todo_row){ .num = last->num, .id = last->id,
		    .key = mem_dup(last->key) };
	}
	return 0;
}

int
reader_next(struct reading *reading, const struct reader *r, struct request **out,
    struct err *e)
{
	struct todo *t = &reading->todo[r->id];

	*out = NULL;
	if (r->next != NULL)
		return r->next(reading, out, e);
	if (t->whole || (r->ready != NULL && !r->ready(reading, t)))
		return 0;
	while (*out == NULL) {
		if (t->i == t->n && reader_page(reading, r, t, e) == -1)
			return -1;
		if (t->n == 0) {
			t->whole = 1;
			return 0;
		}
		if (r->request(reading, t, &t->row[t->i++], out, e) == -1)
			return -1;
	}
	t->open++;
	return 0;
}

void
reader_committed(struct request *a)
{
	struct todo *t = &a->reading->todo[a->reader->id];

	if (a->more != NULL) {
		request_push(a->reading->requests, a->more);
		a->more = NULL;
		return;
	}
	t->open--;
	t->done += !a->unread_reported;
}

int
reader_done(const struct reading *reading, enum reader_id id)
{
	return reading->todo[id].whole && reading->todo[id].open == 0;
}

void
reader_reset(struct reading *reading, enum reader_id id, int whole)
{
	struct todo *t = &reading->todo[id];

	todo_free(t);
	t->id = id;
	t->whole = whole;
}
