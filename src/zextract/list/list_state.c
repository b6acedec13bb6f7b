#include <inttypes.h>
#include <stdio.h>

#include "domain/api/zephyr.h"

#include "list/list_state.h"

const char *
list_scope(const struct list *l, char out[64])
{
	snprintf(out, 64, "list:%s", l->kind->name);
	return out;
}

struct list_state
list_fresh(char mode, int marks)
{
	struct list_state s = { .mode = mode, .phase = 's', .size = LIST_PAGE,
	    .sweep = 1, .marks = marks, .n = -1, .total = -1,
	    .word = "open" };

	return s;
}

int
list_save(struct source *src, const struct list *l, const struct list_state *s,
    struct err *e)
{
	struct checkpoint c = { .seen = s->n, .total = s->total };
	char name[64];

	snprintf(c.cursor, sizeof(c.cursor), "%c %c %" PRId64 " %" PRId64
	    " %d %d", s->mode, s->phase, s->at, s->size, s->sweep, s->marks);
	snprintf(c.state, sizeof(c.state), "%s", s->word);
	return checkpoint_put(&src->at, list_scope(l, name), &c, e);
}

int
list_fact(struct source *src, const struct list *l, const char *what,
    struct checkpoint *c, struct err *e)
{
	char name[64];

	snprintf(name, sizeof(name), "%s:%s", what, l->kind->name);
	return checkpoint_get(&src->always, name, c, e);
}

int
list_fact_put(struct source *src, const struct list *l, const char *what,
    const char *state, struct err *e)
{
	struct checkpoint c = { .total = -1 };
	char name[64];

	snprintf(name, sizeof(name), "%s:%s", what, l->kind->name);
	snprintf(c.state, sizeof(c.state), "%s", state);
	return checkpoint_put(&src->always, name, &c, e);
}

int
list_shrink(struct request *a, struct err *e)
{
	if (a->after->size <= 25)
		return zephyr_refused(a->path, a->status, &a->body, e);
	a->after->size /= a->after->size % 2 == 0 ? 2 : 5;
	return list_save(a->src, a->list, a->after, e);
}
