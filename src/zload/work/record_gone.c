#include "load.h"
#include "work/record_gone.h"
#include "work/task.h"

/*
 * A key that a later pass has no more.  What was made of it stays in qTest; what
 * was not made yet is not made any more.  Whether a key is gone is known when its
 * stream has come whole.
 */

int
gone_row(const struct load *l, const struct target *t)
{
	return t->pass > 0 && t->pass < l->whole[t->stream];
}

/* Read the pass that brought the effect last, 0 when its row does not say, and the
   stream.  0, -1. */
static int
record_gone_brought(const struct task *t, struct target *row, struct err *e)
{
	const char *kind = t->kind->place == PLACE_APPROVE ? "case" : t->e.kind;
	struct db_query q;
	int s;

	row->pass = 0;
	row->stream = STREAM_FOLDERS;
	db_query(&q, t->load->db, "SELECT pass, stream FROM target WHERE project = ?1"
	    " AND map = ?2 AND kind = ?3 AND ekey = ?4", "ssss", t->load->project,
	    t->e.map, kind, t->e.ekey);
	if (db_row(&q) && (s = stream_find(db_str(&q, 1))) != -1) {
		row->pass = db_int(&q, 0);
		row->stream = (enum stream)s;
	}
	return db_done(&q, e);
}

int
check_gone(struct task *t, struct err *e)
{
	struct load *l = t->load;
	struct target row;
	int s = stream_find(t->e.stream);

	/* The first pass has nothing before it. */
	if (t->e.id != 0 || s == -1 || (l->pass <= 1 && l->whole[s] <= 1))
		return 1;
	if (t->e.pass > 0 && t->e.pass >= l->pass && t->e.pass >= l->whole[s])
		return 1;
	if (record_gone_brought(t, &row, e) == -1)
		return -1;
	if (gone_row(l, &row))
		task_end(t, OUT_GONE, "no longer in Zephyr since pass %lld",
		    (long long)l->whole[row.stream]);
	else if (row.pass == 0 || row.pass >= l->pass)
		return 1;
	else if (l->input_open && !l->stream_read[row.stream])
		task_block(t, t->e.kind, t->e.ekey);
	else
		task_end(t, OUT_SKIPPED, "not found in pass %lld, which is still incomplete",
		    (long long)l->pass);
	return 0;
}
