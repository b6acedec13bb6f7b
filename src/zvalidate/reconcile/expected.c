#include <stdlib.h>

#include "base/mem.h"
#include "domain/ledger/target.h"
#include "reconcile/expected.h"

int
expected_choose_map(struct expected *x, struct err *e)
{
	struct db_query q;

	db_query(&q, x->db, "SELECT coalesce((SELECT map FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND map IS NOT NULL"
	    " ORDER BY coalesce(done_at, created_at) DESC LIMIT 1),"
	    " (SELECT map FROM target WHERE project = ?2"
	    " ORDER BY coalesce(pass, 0) DESC LIMIT 1))", "ss", x->target, x->project);
	if (db_row(&q) && !db_null(&q, 0))
		x->map = mem_dup(db_str(&q, 0));
	if (db_done(&q, e) == -1)
		return -1;
	if (x->map == NULL)
		return err_set(e, ZX_NOINPUT, "nothing to compare: %s has no effects of project "
		    "%s; run `ztoq migrate` first", db_where(x->db), x->project);
	return 0;
}

int
expected_choose_pass(struct expected *x, struct differences *to, struct err *e)
{
	int64_t open = 0;
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		if (target_whole(x->db, x->project, x->map, (enum stream)s, &x->whole[s], e) == -1)
			return -1;
	if (db_one(x->db, &x->pass, 0, e, "SELECT max(n) FROM pass WHERE project = ?1"
	    " AND state <> 'open'", "s", x->project) == -1 ||
	    db_one(x->db, &open, 0, e, "SELECT max(n) FROM pass WHERE project = ?1", "s",
	    x->project) == -1)
		return -1;
	if (x->pass == 0) {
		object_differs(&(struct object){ .to = to, .kind = SOURCE, .stream = "pass",
		    .skey = x->project, .ekey = x->project }, "pass", "a sealed pass",
		    "none: reading from Zephyr is not finished");
		x->pass = open;
	}
	return 0;
}

void
expected_close(struct expected *x)
{
	free(x->target);
	free(x->map);
}

int
expected_is_lost(const struct expected *x, const struct object *o, const char *field)
{
	struct db_query q;

	db_query(&q, x->db, "SELECT count(*) FROM loss WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND field = ?4", "ssss", x->project, o->stream,
	    o->skey, field);
	return differences_query_int(o->to, &q) > 0;
}
