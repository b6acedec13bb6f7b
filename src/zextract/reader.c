#include <stdlib.h>

#include "base/mem.h"

#include "reader.h"
#include "request.h"
#include "todo.h"

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
		if (r->request(reading, &t->row[t->i++], out, e) == -1)
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
	t->kind = (int)id - READ_FILES;
	t->whole = whole;
}
