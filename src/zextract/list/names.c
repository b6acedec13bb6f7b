#include <stdlib.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/names.h"

static int
names_kind_of(const char *s)
{
	return *s == 'e' ? NAME_ENVIRONMENT : *s == 'p' ? NAME_PRIORITY :
	    NAME_STATUS;
}

static struct name
name_make(enum name_kind kind, int64_t id, const char *s)
{
	struct buf b = { 0 };

	json_out_open(&b, NULL, '{');
	json_out_int(&b, "id", id);
	json_out_str(&b, "name", s);
	json_out_close(&b, '}');
	return (struct name){ kind, id, buf_take(&b, NULL) };
}

static void
names_add(struct names *names, enum name_kind kind, int64_t id, const char *s)
{
	names->v = mem_grow(names->v, names->n + 1, sizeof(*names->v));
	names->v[names->n++] = name_make(kind, id, s);
}

/*
 * Rows are read sorted by kind and id.  Names of earlier passes are kept, since an old
 * row may still refer to them.
 */
int
names_load(struct names *names, struct store *st, struct err *e)
{
	struct db_query q;

	names_free(names);
	db_query(&q, st->db, "SELECT kind, id, name, CASE WHEN is_default = 1"
	    " AND scope = 'TEST_EXECUTION' AND pass = ?2 THEN 1 ELSE 0 END,"
	    " CASE WHEN pass = 0 THEN 1 ELSE 0 END"
	    " FROM lookup WHERE project = ?1"
	    " ORDER BY substr(kind, 1, 1), id", "si", st->project, st->pass);
	while (db_row(&q)) {
		names_add(names, (enum name_kind)names_kind_of(db_str(&q, 0)),
		    db_int(&q, 1), db_str(&q, 2));
		if (db_int(&q, 3))
			names->not_executed = db_int(&q, 1);
		names->late += db_int(&q, 4) == 1;
	}
	return db_done(&q, e);
}

void
names_free(struct names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		free(names->v[i].text);
	free(names->v);
	free(names->want);
	*names = (struct names){ 0 };
}

static int
names_compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static struct name *
name_find(const struct names *names, enum name_kind kind, int64_t id)
{
	struct name key = { kind, id, NULL };

	return names->n == 0 ? NULL : bsearch(&key, names->v, names->n,
	    sizeof(key), names_compare);
}

static void
name_insert(struct names *names, struct name n)
{
	size_t i;

	names->v = mem_grow(names->v, names->n + 1, sizeof(*names->v));
	for (i = names->n++; i > 0 && names_compare(&names->v[i - 1], &n) > 0; i--)
		names->v[i] = names->v[i - 1];
	names->v[i] = n;
}

/* Until the name is read the id counts as one without a name. */
void
names_want(struct names *names, enum name_kind kind, int64_t id, int ask)
{
	if (name_find(names, kind, id) != NULL)
		return;
	name_insert(names, name_make(kind, id, NULL));
	if (!ask)
		return;
	names->want = mem_grow(names->want, names->nwant + 1,
	    sizeof(*names->want));
	names->want[names->nwant++] = (struct name_want){ kind, id };
}

void
names_learn(struct names *names, enum name_kind kind, int64_t id,
    const char *s)
{
	struct name *n = name_find(names, kind, id);

	if (n == NULL)
		return;
	free(n->text);
	*n = name_make(kind, id, s);
	names->late++;
}

void
names_put(struct names *names, enum name_kind kind, int64_t id,
    struct buf *out)
{
	const struct name *n;

	if (id == 0) {
		buf_puts(out, "null");
		return;
	}
	if (name_find(names, kind, id) == NULL)
		names_want(names, kind, id, 1);
	n = name_find(names, kind, id);
	buf_puts(out, n->text);
}
