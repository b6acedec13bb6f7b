#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sentence.h"
#include "verdict.h"
#include "whole.h"

/*
 * A migration is complete if a pass is sealed, nothing is known to be newer, all that
 * was read is transformed or set aside, all that was transformed stands in every target
 * that a load has begun, and a reconciliation after the last write found no difference.
 * What qTest does not have of it is counted in not_loaded.c.
 */

#define NEWER(table)	"(SELECT count(*) FROM " table " WHERE project = ?1 AND pass_changed > ?2)"

/* An unfinished pass counts only by the objects that it has found new or changed. */
static int
verdict_add_open(struct verdict *v, int64_t n, int64_t sealed, struct err *e)
{
	int64_t newer;

	if (db_one(v->db, &newer, 0, e, "SELECT " NEWER("folder") " + " NEWER("test_case") " + "
	    NEWER("test_plan") " + " NEWER("test_cycle") " + " NEWER("test_execution"), "si",
	    v->project, sealed) == -1)
		return -1;
	if (newer > 0)
		sentence_add(&v->reasons, "reading from Zephyr is not finished (pass %" PRId64
		    "); so far it found %" PRId64 " new or changed object%s", n, PLURAL(newer));
	else
		sentence_add(&v->remarks, "reading from Zephyr is not finished (pass %" PRId64
		    "); this report covers pass %" PRId64, n, sealed);
	return 0;
}

static int
verdict_add_pass(struct verdict *v, struct err *e)
{
	struct db_query q;
	char state[16] = "";
	int64_t n = 0, sealed = 0;

	db_query(&q, v->db, "SELECT n, state, (SELECT coalesce(max(n), 0) FROM pass"
	    " WHERE project = ?1 AND state = 'sealed') FROM pass WHERE project = ?1"
	    " ORDER BY n DESC LIMIT 1", "s", v->project);
	if (db_row(&q)) {
		n = db_int(&q, 0);
		snprintf(state, sizeof(state), "%s", db_str(&q, 1));
		sealed = db_int(&q, 2);
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (n == 0)
		sentence_add(&v->reasons, "the source was never read");
	else if (strcmp(state, "open") == 0 && sealed > 0)
		return verdict_add_open(v, n, sealed, e);
	else if (strcmp(state, "sealed") != 0)
		sentence_add(&v->reasons, "reading from Zephyr is not finished (pass %" PRId64
		    " is %s)", n, state);
	return 0;
}

/* The findings of zextract(1) on what was not read, and what they are about. */
static const struct {
	const char	*rule, *what;
} unread[] = {
	{ "script-unread", "scripts of" },
	{ "results-unread", "step results of" },
	{ "attachments-unread", "attachments of" },
	{ "attachments-unread-steps", "attachments of steps of" },
	{ "attachment-missing", "some attachments of" },
	{ "attachment-unnamed", "attachments without an id of" },
};

static void
verdict_put_unread(struct json *to, struct db_query *q)
{
	const char *rule = db_str(q, 0), *what = "parts of";
	size_t i;

	for (i = 0; i < sizeof(unread) / sizeof(unread[0]); i++)
		if (strcmp(unread[i].rule, rule) == 0)
			what = unread[i].what;
	if (strcmp(db_str(q, 3), "*") == 0)
		sentence_add(to, "%s", db_str(q, 5));
	else
		sentence_add(to, "%s %" PRId64 " %s were not read (%s), for example those of %s",
		    what, db_int(q, 4), db_str(q, 1), rule, db_str(q, 3));
}

/* An error is a reason; an accepted one has become a warning, and is a remark. */
static int
verdict_add_unread(struct verdict *v, struct err *e)
{
	struct db_query q;

	db_query(&q, v->db, "WITH g AS (SELECT rule, stream, level, min(key) AS key,"
	    " count(*) AS n FROM issue WHERE project = ?1 AND side = 'extract'"
	    " AND level <> 'info'"
	    " AND (rule LIKE 'attachment%' OR rule LIKE '%-unread') GROUP BY rule, stream, level)"
	    " SELECT g.rule, g.stream, g.level, g.key, g.n, i.what FROM g JOIN issue i"
	    " ON i.project = ?1 AND i.side = 'extract' AND i.stream = g.stream"
	    " AND i.key = g.key AND i.rule = g.rule ORDER BY g.stream, g.rule, g.level", "s",
	    v->project);
	while (db_row(&q))
		verdict_put_unread(strcmp(db_str(&q, 2), "error") == 0 ? &v->reasons :
		    &v->remarks, &q);
	return db_done(&q, e);
}

static int
verdict_add_unloaded(struct verdict *v, struct err *e)
{
	int64_t n = 0;

	if (db_one(v->db, &n, 0, e, "SELECT count(*) FROM test_case c WHERE c.project = ?1"
	    " AND c.state <> 'gone' AND NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
	    " AND t.stream = 'test_cases' AND t.skey = c.key)"
	    " AND NOT EXISTS (SELECT 1 FROM reject j WHERE j.project = ?1"
	    " AND j.stream = 'test_cases' AND j.key = c.key)", "s", v->project) == -1)
		return -1;
	if (n > 0)
		sentence_add(&v->reasons, "%" PRId64 " test case%s not transformed", PLURAL(n));
	if (db_one(v->db, &n, 0, e, "SELECT count(*) FROM reject WHERE project = ?1"
	    " AND accepted IS NULL", "s", v->project) == -1)
		return -1;
	if (n > 0)
		sentence_add(&v->reasons, "%" PRId64 " record%s set aside and not accepted",
		    PLURAL(n));
	return 0;
}

static int
verdict_add_load(struct verdict *v, struct err *e)
{
	struct db_query q;
	int any = 0;

	/* files and links that were refused are counted with what is left (not_loaded.c) */
	db_query(&q, v->db, "SELECT target, state, count(*) FROM ledger WHERE project = ?1"
	    " AND (kind NOT IN ('blob', 'link') OR state NOT IN ('failed', 'skipped'))"
	    " AND coalesce(origin, '') <> 'twin'"
	    " GROUP BY target, state ORDER BY target, state", "s", v->project);
	while (db_row(&q)) {
		any = 1;
		if (strcmp(db_str(&q, 1), "done") != 0 && strcmp(db_str(&q, 1), "gone") != 0)
			sentence_add(&v->reasons, "%" PRId64 " effect%s not done in %s (state %s)",
			    PLURAL(db_int(&q, 2)), db_str(&q, 0), db_str(&q, 1));
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (!any) {
		sentence_add(&v->reasons, "nothing was loaded");
		return 0;
	}
	db_query(&q, v->db, "SELECT l.target, count(*) FROM (SELECT DISTINCT target FROM ledger"
	    " WHERE project = ?1) l, target t WHERE t.project = ?1 AND t.map = (SELECT x.map"
	    " FROM ledger x WHERE x.project = ?1 AND x.target = l.target AND x.map IS NOT NULL"
	    " ORDER BY coalesce(x.done_at, x.created_at) DESC LIMIT 1) AND t.kind <> 'field'"
	    " AND NOT EXISTS (SELECT 1 FROM ledger y WHERE y.target = l.target"
	    " AND y.kind = t.kind AND y.ekey = t.ekey AND (y.state <> 'done' OR y.hash = t.hash))"
	    " AND t.grade <> 'rejected' AND (t.pass = 0 OR t.pass >= coalesce((SELECT max(c.pass)"
	    " FROM checkpoint c WHERE c.stage = 'ztransform' AND c.project = ?1"
	    " AND c.scope = 'end:' || t.stream || ':' || t.map AND c.state = 'done'), 0))"
	    " GROUP BY l.target", "s", v->project);
	while (db_row(&q))
		sentence_add(&v->reasons, "%" PRId64 " new or changed effect%s not yet loaded "
		    "into %s", PLURAL(db_int(&q, 1)), db_str(&q, 0));
	return db_done(&q, e);
}

static int
verdict_add_reconcile(struct verdict *v, struct err *e)
{
	struct db_query q;

	db_query(&q, v->db, "SELECT l.target, l.last, r.at, r.total FROM (SELECT target,"
	    " max(CASE WHEN state = 'done' THEN done_at END) AS last FROM ledger"
	    " WHERE project = ?1 GROUP BY target) l"
	    " LEFT JOIN (SELECT scope, max(at) AS at FROM checkpoint WHERE stage = 'zvalidate'"
	    " AND project = ?1 GROUP BY scope) m ON m.scope = 'reconcile:' || l.target"
	    " LEFT JOIN checkpoint r ON r.stage = 'zvalidate' AND r.project = ?1"
	    " AND r.scope = m.scope AND r.at = m.at ORDER BY l.target", "s", v->project);
	while (db_row(&q)) {
		if (db_null(&q, 2))
			sentence_add(&v->reasons, "%s was never reconciled (run `ztoq "
			    "validate --reconcile`)", db_str(&q, 0));
		else if (db_int(&q, 2) < db_int(&q, 1))
			sentence_add(&v->reasons, "%s was not reconciled since the last load (run "
			    "`ztoq validate --reconcile`)", db_str(&q, 0));
		else if (db_int(&q, 3) > 0)
			sentence_add(&v->reasons, "reconciliation found %" PRId64
			    " difference%s in %s", PLURAL(db_int(&q, 3)), db_str(&q, 0));
	}
	return db_done(&q, e);
}

int
verdict_read(struct verdict *v, struct err *e)
{
	v->reasons = json_array();
	v->remarks = json_array();
	if (verdict_add_pass(v, e) == 0 && verdict_add_unread(v, e) == 0 && whole_add(v, e) == 0 &&
	    verdict_add_unloaded(v, e) == 0 && verdict_add_load(v, e) == 0 &&
	    verdict_add_reconcile(v, e) == 0)
		return 0;
	json_free(&v->reasons);
	json_free(&v->remarks);
	return -1;
}
