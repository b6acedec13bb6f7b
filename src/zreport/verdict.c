#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report.h"

/*
 * Complete means: a reading is sealed, nothing is known to be newer, everything
 * read is transformed or set aside, everything transformed stands in every
 * target that was begun, and reading that target back after the last write
 * found no difference.  What qTest does not hold of it is counted (not_loaded.c).
 */
/* Objects that were new or changed after pass n. */
static int
verdict_count_newer(
    struct db *db, const char *project, int64_t n, int64_t *count, struct err *e)
{
	return db_one(db, count, 0, e, "SELECT"
	    " (SELECT count(*) FROM folder WHERE project = ?1 AND pass_changed > ?2)"
	    " + (SELECT count(*) FROM test_case WHERE project = ?1 AND pass_changed > ?2)"
	    " + (SELECT count(*) FROM test_plan WHERE project = ?1 AND pass_changed > ?2)"
	    " + (SELECT count(*) FROM test_cycle WHERE project = ?1 AND pass_changed > ?2)"
	    " + (SELECT count(*) FROM test_execution WHERE project = ?1 AND pass_changed > ?2)",
	    "si", project, n);
}

/* A pass that was begun and not ended says nothing against the one before, but
   for what it has found already. */
static int
verdict_add_open(struct db *db, const char *project, int64_t n, int64_t sealed,
    struct json *reasons, struct json *remarks, struct err *e)
{
	int64_t newer;

	if (verdict_count_newer(db, project, sealed, &newer, e) == -1)
		return -1;
	if (newer > 0)
		reason_add(reasons,
		    mem_fmt("reading from Zephyr is not finished (pass %" PRId64 "); so "
		    "far it found %" PRId64 " new or changed objects", n, newer));
	else
		reason_add(remarks,
		    mem_fmt("reading from Zephyr is not finished (pass %" PRId64 "); this "
		    "report covers pass %" PRId64, n, sealed));
	return 0;
}

static int
verdict_add_pass(struct db *db, const char *project, struct json *reasons, struct json *remarks,
    struct err *e)
{
	struct db_query q;
	char state[16] = "";
	int64_t n = 0, sealed = 0;

	db_query(&q, db, "SELECT n, state, (SELECT coalesce(max(n), 0) FROM pass"
	    " WHERE project = ?1 AND state = 'sealed') FROM pass WHERE project = ?1"
	    " ORDER BY n DESC LIMIT 1", "s", project);
	if (db_row(&q)) {
		n = db_int(&q, 0);
		snprintf(state, sizeof(state), "%s", db_str(&q, 1));
		sealed = db_int(&q, 2);
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (n == 0)
		reason_add(reasons, mem_dup("the source was never read"));
	else if (strcmp(state, "open") == 0 && sealed > 0)
		return verdict_add_open(db, project, n, sealed, reasons, remarks, e);
	else if (strcmp(state, "sealed") != 0)
		reason_add(reasons,
		    mem_fmt("reading from Zephyr is not finished (pass %" PRId64 " is %s)",
		    n, state));
	return 0;
}

static int
verdict_add_unloaded(struct db *db, const char *project, struct json *out, struct err *e)
{
	int64_t n = 0;

	if (db_one(db, &n, 0, e, "SELECT count(*) FROM test_case c WHERE c.project = ?1"
	    " AND c.state <> 'gone' AND NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
	    " AND t.stream = 'test_cases' AND t.skey = c.key)"
	    " AND NOT EXISTS (SELECT 1 FROM reject j WHERE j.project = ?1"
	    " AND j.stream = 'test_cases' AND j.key = c.key)", "s", project) == -1)
		return -1;
	if (n > 0)
		reason_add(out, mem_fmt("%" PRId64 " test cases were not transformed", n));
	if (db_one(db, &n, 0, e, "SELECT count(*) FROM reject WHERE project = ?1"
	    " AND accepted IS NULL", "s", project) == -1)
		return -1;
	if (n > 0)
		reason_add(out, mem_fmt("%" PRId64 " records are set aside and not accepted", n));
	return 0;
}

static int
verdict_add_load(struct db *db, const char *project, struct json *out, struct err *e)
{
	struct db_query q;
	int any = 0;

	db_query(&q, db, "SELECT target, state, count(*) FROM ledger WHERE project = ?1"
	    " GROUP BY target, state ORDER BY target, state", "s", project);
	while (db_row(&q)) {
		any = 1;
		if (strcmp(db_str(&q, 1), "done") != 0 && strcmp(db_str(&q, 1), "gone") != 0)
			reason_add(out, mem_fmt("%" PRId64 " effects are %s in %s", db_int(&q, 2),
			    db_str(&q, 1), db_str(&q, 0)));
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (!any) {
		reason_add(out, mem_dup("nothing was loaded"));
		return 0;
	}
	db_query(&q, db, "SELECT l.target, count(*) FROM (SELECT DISTINCT target FROM ledger"
	    " WHERE project = ?1) l, target t WHERE t.project = ?1 AND t.map = (SELECT x.map"
	    " FROM ledger x WHERE x.project = ?1 AND x.target = l.target AND x.map IS NOT NULL"
	    " ORDER BY coalesce(x.done_at, x.created_at) DESC LIMIT 1) AND t.kind <> 'field'"
	    " AND NOT EXISTS (SELECT 1 FROM ledger y WHERE y.target = l.target"
	    " AND y.kind = t.kind AND y.ekey = t.ekey AND (y.state <> 'done' OR y.hash = t.hash))"
	    " AND t.grade <> 'rejected' AND (t.pass = 0 OR t.pass >= coalesce((SELECT max(c.pass)"
	    " FROM checkpoint c WHERE c.stage = 'ztransform' AND c.project = ?1"
	    " AND c.scope = 'end:' || t.stream || ':' || t.map AND c.state = 'done'), 0))"
	    " GROUP BY l.target", "s", project);
	while (db_row(&q))
		reason_add(out,
		    mem_fmt("%" PRId64 " new or changed effects are not yet loaded into %s",
		    db_int(&q, 1), db_str(&q, 0)));
	return db_done(&q, e);
}

static int
verdict_add_reconcile(struct db *db, const char *project, struct json *out, struct err *e)
{
	struct db_query q;

	db_query(&q, db, "SELECT l.target, l.last, r.at, r.total FROM (SELECT target,"
	    " max(done_at) AS last FROM ledger WHERE project = ?1 GROUP BY target) l"
	    " LEFT JOIN (SELECT scope, max(at) AS at FROM checkpoint WHERE stage = 'zvalidate'"
	    " AND project = ?1 GROUP BY scope) m ON m.scope = 'reconcile:' || l.target"
	    " LEFT JOIN checkpoint r ON r.stage = 'zvalidate' AND r.project = ?1"
	    " AND r.scope = m.scope AND r.at = m.at ORDER BY l.target", "s", project);
	while (db_row(&q)) {
		if (db_null(&q, 2))
			reason_add(out, mem_fmt("%s was never reconciled", db_str(&q, 0)));
		else if (db_int(&q, 2) < db_int(&q, 1))
			reason_add(out, mem_fmt("%s was not reconciled since the last load",
			    db_str(&q, 0)));
		else if (db_int(&q, 3) > 0)
			reason_add(out,
			    mem_fmt("reconciliation found %" PRId64 " differences in %s",
			    db_int(&q, 3), db_str(&q, 0)));
	}
	return db_done(&q, e);
}

int
verdict_read(struct db *db, const char *project, struct json *reasons, struct json *remarks,
    struct err *e)
{
	*reasons = json_array();
	*remarks = json_array();
	if (verdict_add_pass(db, project, reasons, remarks, e) == 0 &&
	    unread_note_add(db, project, reasons, remarks, e) == 0 &&
	    whole_add(db, project, reasons, remarks, e) == 0 &&
	    verdict_add_unloaded(db, project, reasons, e) == 0 &&
	    verdict_add_load(db, project, reasons, e) == 0 &&
	    verdict_add_reconcile(db, project, reasons, e) == 0)
		return 0;
	json_free(reasons);
	json_free(remarks);
	return -1;
}
