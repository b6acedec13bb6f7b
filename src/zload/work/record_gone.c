#include "session.h"
#include "input/input.h"
#include "work/record_gone.h"
#include "work/task.h"
#include "work/work.h"

/*
 * A record is gone when a later pass read its whole stream and did not find it.  Objects
 * created from it stay in qTest; effects that are not done yet are not carried out.
 */

int
gone_row(const struct input *in, const struct target *t)
{
	return t->pass > 0 && t->pass < in->whole[t->stream];
}

/* Read the last pass that contained the effect of a task (0: unknown), and its stream, into
   row.  0, -1. */
static int
record_gone_last_pass(const struct task *t, struct target *row, struct err *e)
{
	const char *kind = t->kind->place == PLACE_APPROVE ? "case" : t->e.kind;
	struct db_query q;
	int s;

	row->pass = 0;
	row->stream = STREAM_FOLDERS;
	db_query(&q, t->session->db, "SELECT pass, stream FROM target WHERE project = ?1"
	    " AND map = ?2 AND kind = ?3 AND ekey = ?4", "ssss", t->session->ledger.project,
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
	const struct input *in = t->work->input;
	struct target row;

	/* In the first pass no record can be gone. */
	if ((t->e.id != 0 && t->e.verb != VERB_RECHECK) || t->stream == STREAM_COUNT ||
	    (in->pass <= 1 && in->whole[t->stream] <= 1))
		return 1;
	if (t->e.pass > 0 && t->e.pass >= in->pass && t->e.pass >= in->whole[t->stream])
		return 1;
	if (record_gone_last_pass(t, &row, e) == -1)
		return -1;
	if (gone_row(in, &row))
		task_end(t, OUT_GONE, "no longer in Zephyr since pass %lld",
		    (long long)in->whole[row.stream]);
	else if (row.pass == 0 || row.pass >= in->pass)
		return 1;
	else if (in->is_open && !in->stream_read[row.stream])
		task_block(t, t->e.kind, t->e.ekey);
	else
		task_end(t, OUT_SKIPPED, "not found in pass %lld, which is still incomplete",
		    (long long)in->pass);
	return 0;
}
