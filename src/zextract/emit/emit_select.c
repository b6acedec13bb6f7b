#include <stdlib.h>

#include "domain/stream/stream.h"

#include "emit/emit.h"
#include "select/selection.h"
#include "source.h"

/* Asks the program of --select about each record, in the form in which it would be
   written. */

static int
emit_select_keep_tx(struct db *db, void *arg, struct err *e)
{
	struct emit *m = arg;

	(void)db;
	return selection_keep(m->selection, (enum stream)m->stream, e);
}

static int
emit_select_settle_tx(struct db *db, void *arg, struct err *e)
{
	struct emit *m = arg;

	(void)db;
	return selection_add_dependencies(m->selection, SEL_MATCH_DEP, e) == -1 ||
	    selection_is_partial(m->selection, SEL_MATCH_DEP, e) == -1 ? -1 : 0;
}

static int
emit_select_settle(struct emit *m, struct err *e)
{
	if (db_tx(m->src->db, emit_select_settle_tx, m, e) == -1)
		return -1;
	m->selection->phase = SELECTION_SETTLED;
	emit_rewind(m);
	return 1;
}

int
emit_select(struct emit *m, struct err *e)
{
	struct selection *c = m->selection;
	int n, rc = 0;

	if ((n = emit_page(m, e)) == -1)
		return -1;
	if (c->why.code != 0) {
		*e = c->why;
		return -1;
	}
	if (c->keys > 0)
		rc = db_tx(m->src->db, emit_select_keep_tx, m, e);
	while (c->keys > 0)
		free(c->key[--c->keys]);
	if (rc == -1)
		return -1;
	if (n > 0 && (c->limit == 0 || c->kept < c->limit))
		return 1;
	c->kept = 0;
	emit_onward(m);
	return m->stream == STREAM_COUNT ? emit_select_settle(m, e) : 1;
}
