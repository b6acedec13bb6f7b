#include <stdlib.h>

#include "base/mem.h"

#include "todo.h"

struct todo_row *
todo_add(struct todo *t)
{
	struct todo_row *r;

	if (t->n == TODO_PAGE)
		return NULL;
	r = &t->row[t->n++];
	*r = (struct todo_row){ .kind = t->kind };
	return r;
}

int
todo_add_rows(struct todo *t, struct db_query *q, int columns, struct err *e)
{
	struct todo_row *r;

	while (db_row(q) && (r = todo_add(t)) != NULL) {
		r->key = mem_dup(db_str(q, 0));
		r->id = columns > 1 ? db_int(q, 1) : 0;
		r->num = columns > 2 ? db_int(q, 2) : 0;
		r->was_stored = columns > 3 && db_int(q, 3) != 0;
		r->partial = columns > 4 && db_int(q, 4) != 0;
		r->is_text = columns > 5 && db_int(q, 5) != 0;
	}
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
