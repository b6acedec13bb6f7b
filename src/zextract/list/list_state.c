#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/api/zephyr_page.h"

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
list_is_accepted(const struct list_kind *k, const char *s, int64_t *n)
{
	size_t len = strlen(k->name);

	return strncmp(s, k->name, len) == 0 && s[len] == '=' &&
	    opt_num(s + len + 1, n) == 0;
}

int64_t
list_accepted(const struct lists *ls, const struct list *l)
{
	int64_t n;
	int i;

	for (i = 0; i < ls->accept_total.n; i++)
		if (list_is_accepted(l->kind, ls->accept_total.v[i], &n))
			return n;
	return -1;
}

/* A list without rows cannot be probed: its answer is empty even if updatedAfter is
   ignored. */
void
list_begin_since(const struct source *src, const struct list *l,
    struct list_state *s)
{
	if (!l->kind->keyset || s->mode != 'k' || l->knows == 0)
		return;
	if (l->knows == -1 && s->n > 0) {
		s->phase = 'p';
	} else if (l->knows == 1 && *src->pass.since != '\0') {
		s->phase = 'u';
		s->at = 0;
	}
}

int
list_finish(struct lists *ls, struct list *l, struct list_state *s,
    const char *word, struct err *e)
{
	const struct list_kind *k = l->kind;
	char name[64];

	list_scope(l, name);
	if (s->marks && store_sweep_unsee(&ls->src->st, k->table, k->key, k->seen, k->which,
	    name, s->sweep, e) == -1)
		return -1;
	if (s->marks && store_sweep_drop(&ls->src->st, name, s->sweep, e) == -1)
		return -1;
	snprintf(s->word, sizeof(s->word), "%s", word);
	list_begin_since(ls->src, l, s);
	return l->kind->whole != NULL ? l->kind->whole(&ls->src->st, e) : 0;
}

int
list_shrink(struct request *a, struct err *e)
{
	if (a->after->size <= 25)
		return zephyr_refused(a->path, a->status, &a->body, e);
	a->after->size /= a->after->size % 2 == 0 ? 2 : 5;
	return list_save(a->src, a->list, a->after, e);
}
