#include <stdlib.h>

#include "domain/stream/stream.h"

#include "emit/emit.h"
#include "extract.h"
#include "select/selection.h"

/* --select: a program is asked about each record as it would be written. */

static int
emit_select_keep_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	const struct selection *c = x->selection;
	int i;

	for (i = 0; i < c->keys; i++)
		if (db_exec_async(db, e, "INSERT INTO chosen (project, stream, key,"
		    " grade) VALUES (?1, ?2, ?3, ?4)"
		    " ON CONFLICT (project, stream, key) DO UPDATE"
		    " SET grade = excluded.grade", "sssi", x->st.project,
		    stream_name((enum stream)x->emit->stream), c->key[i],
		    (int64_t)SEL_MATCH) == -1)
			return -1;
	return 0;
}

static int
emit_select_settle_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return selection_add_dependencies(x, SEL_MATCH_DEP, e) == -1 ||
	    selection_is_partial(x, SEL_MATCH_DEP, e) == -1 ? -1 : 0;
}

static int
emit_select_settle(struct extract *x, struct err *e)
{
	if (db_tx(x->db, emit_select_settle_tx, x, e) == -1)
		return -1;
	x->selection->phase = SELECTION_SETTLED;
	emit_rewind(x);
	return 1;
}

int
emit_select(struct extract *x, struct err *e)
{
	struct selection *c = x->selection;
	int n, rc = 0;

	if ((n = emit_page(x, e)) == -1)
		return -1;
	if (c->why.code != 0) {
		*e = c->why;
		return -1;
	}
	if (c->keys > 0)
		rc = db_tx(x->db, emit_select_keep_tx, x, e);
	while (c->keys > 0)
		free(c->key[--c->keys]);
	if (rc == -1)
		return -1;
	if (n > 0 && (c->limit == 0 || c->kept < c->limit))
		return 1;
	c->kept = 0;
	emit_onward(x);
	return x->emit->stream == STREAM_COUNT ? emit_select_settle(x, e) : 1;
}
