#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "names.h"

static int
kind_of(const char *s)
{
	return *s == 'e' ? NAME_ENVIRONMENT : *s == 'p' ? NAME_PRIORITY :
	    NAME_STATUS;
}

static void
add(struct names *names, enum name_kind kind, int64_t id, const char *s)
{
	struct buf b = { 0 };
	struct name *n;

	names->v = mem_grow(names->v, names->n + 1, sizeof(*names->v));
	n = &names->v[names->n++];
	buf_puts(&b, "{\"id\":");
	buf_int(&b, id);
	buf_puts(&b, ",\"name\":");
	buf_quote(&b, s, strlen(s));
	buf_putc(&b, '}');
	*n = (struct name){ kind, id, buf_take(&b, NULL) };
}

/*
 * The rows of a pass come sorted by kind and id.  All that was ever seen is
 * kept: an old row may still refer to it.
 */
int
names_load(struct names *names, struct store *st, struct err *e)
{
	struct db_query q;

	names_free(names);
	db_query(&q, st->db, "SELECT kind, id, name, CASE WHEN is_default = 1"
	    " AND scope = 'TEST_EXECUTION' AND pass = ?2 THEN 1 ELSE 0 END"
	    " FROM lookup WHERE project = ?1"
	    " ORDER BY substr(kind, 1, 1), id", "si", st->project, st->pass);
	while (db_row(&q)) {
		add(names, (enum name_kind)kind_of(db_str(&q, 0)),
		    db_int(&q, 1), db_str(&q, 2));
		if (db_int(&q, 3))
			names->not_executed = db_int(&q, 1);
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
	*names = (struct names){ 0 };
}

static int
compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

void
names_put(const struct names *names, enum name_kind kind, int64_t id,
    struct buf *out)
{
	struct name want = { kind, id, NULL }, *n = NULL;

	if (id == 0) {
		buf_puts(out, "null");
		return;
	}
	if (names->n > 0)
		n = bsearch(&want, names->v, names->n, sizeof(want), compare);
	if (n != NULL) {
		buf_puts(out, n->text);
		return;
	}
	buf_puts(out, "{\"id\":");
	buf_int(out, id);
	buf_puts(out, ",\"name\":null}");
}
