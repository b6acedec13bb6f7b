#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/rows.h"
#include "document.h"
#include "not_loaded.h"
#include "verdict.h"

#define SEEN(place, stream, table)	"SELECT " place ", '" stream "', count(*) FROM " table	\
	", seen WHERE project = ?1 AND pass_seen >= seen.n"

/* The lists of a project's part: parameters are project and, at most, the limit. */
static const struct {
	const char	*name, *cols;	/* rows_read */
	const char	*args, *sql;
} sections[] = {
	{ "passes", "pass:i state opened:t sealed:t seconds:i", "s",
	    "SELECT n, state, opened_at, sealed_at, (sealed_at - opened_at) / 1000"
	    " FROM pass WHERE project = ?1 ORDER BY n" },
	/* of the last sealed pass: records seen, what became of them, rejects */
	{ "streams", "stream source:i target:i done:i open:i rejected:i losses:i", "s",
	    "WITH seen (n) AS (SELECT coalesce((SELECT max(n) FROM pass"
	    " WHERE project = ?1 AND state <> 'open'), 0)),"
	    " s (place, stream, n) AS ("
	    SEEN("0", "folders", "folder") " UNION ALL "
	    SEEN("1", "test_cases", "test_case") " UNION ALL "
	    SEEN("2", "test_plans", "test_plan") " UNION ALL "
	    SEEN("3", "test_cycles", "test_cycle") " UNION ALL "
	    SEEN("4", "test_executions", "test_execution") ")"
	    " SELECT s.stream, s.n,"
	    " (SELECT count(*) FROM target t WHERE t.project = ?1 AND t.stream = s.stream),"
	    " (SELECT count(*) FROM ledger l WHERE l.project = ?1 AND l.stream = s.stream"
	    " AND l.state = 'done'),"
	    " (SELECT count(*) FROM ledger l WHERE l.project = ?1 AND l.stream = s.stream"
	    " AND l.state NOT IN ('done', 'gone')),"
	    " (SELECT count(DISTINCT j.key) FROM reject j WHERE j.project = ?1"
	    " AND j.stream = s.stream AND j.accepted IS NULL),"
	    " (SELECT count(*) FROM loss x WHERE x.project = ?1 AND x.stream = s.stream)"
	    " FROM s ORDER BY s.place" },
	{ "ledger", "target kind state n:i last:t", "s",
	    "SELECT target, kind, state, count(*), max(done_at) FROM ledger"
	    " WHERE project = ?1 GROUP BY target, kind, state"
	    " ORDER BY target, min(phase), kind, state" },
	{ "unfinished", "target kind key state attempts:i error", "si",
	    "SELECT target, kind, ekey, state, attempts, error FROM ledger"
	    " WHERE project = ?1 AND state <> 'done' ORDER BY target, phase, ord LIMIT ?2" },
	{ "runs", "run tool version target host started:t ended:t seconds:i status:i error",
	    "si", "SELECT id, tool, version, target, host, started_at, ended_at,"
	    " (ended_at - started_at) / 1000, status, error FROM run"
	    " WHERE project = ?1 OR project IS NULL ORDER BY started_at DESC LIMIT ?2" },
	{ "rejects", "stream key stage rule reason accepted owner at:t", "si",
	    "SELECT stream, key, stage, rule, reason, accepted, owner, at"
	    " FROM reject WHERE project = ?1 ORDER BY stream, key, stage, rule LIMIT ?2" },
	{ "reject_counts", "stream stage rule n:i", "s",
	    "SELECT stream, stage, rule, count(*) FROM reject WHERE project = ?1"
	    " GROUP BY stream, stage, rule ORDER BY stream, stage, rule" },
	{ "losses", "stream change field n:i example reason", "si",
	    "WITH g AS (SELECT stream, change, field, count(*) AS n,"
	    " min(key) AS key FROM loss WHERE project = ?1 GROUP BY stream, change, field)"
	    " SELECT g.stream, g.change, g.field, g.n, g.key, l.reason FROM g JOIN loss l"
	    " ON l.project = ?1 AND l.stream = g.stream AND l.key = g.key AND l.field = g.field"
	    " AND l.change = g.change ORDER BY g.stream, g.n DESC, g.change, g.field LIMIT ?2" },
	{ "unmapped", "stream field reason n:i example", "si",
	    "SELECT stream, field, reason, count(*), min(key) FROM loss"
	    " WHERE project = ?1 AND code = 'map-default'"
	    " GROUP BY stream, field, reason ORDER BY count(*) DESC, stream, field LIMIT ?2" },
	{ "findings", "side stream rule level n:i example what", "si",
	    "WITH g AS (SELECT side, stream, rule, level, count(*) AS n,"
	    " min(key) AS key FROM issue WHERE project = ?1 AND side <> 'reconcile'"
	    " GROUP BY side, stream, rule, level)"
	    " SELECT g.side, g.stream, g.rule, g.level, g.n, g.key, i.what FROM g JOIN issue i"
	    " ON i.project = ?1 AND i.side = g.side AND i.stream = g.stream AND i.key = g.key"
	    " AND i.rule = g.rule ORDER BY g.side, g.level, g.stream, g.rule LIMIT ?2" },
	{ "differences", "stream key rule what accepted owner", "si",
	    "SELECT stream, key, rule, what, accepted, owner FROM issue"
	    " WHERE project = ?1 AND side = 'reconcile' ORDER BY stream, key, rule LIMIT ?2" },
	{ "reconcile", "pass:i target at:t differences:i result:j", "s",
	    "SELECT pass, substr(scope, 11), at, total, cursor FROM checkpoint"
	    " WHERE stage = 'zvalidate' AND project = ?1 AND scope LIKE 'reconcile:%'"
	    " ORDER BY at DESC" },
};

/* Set the verdict: COMPLETE, with what is left, unless there are reasons against it. */
static int
document_verdict(struct db *db, const char *project, int complete, struct json *doc,
    struct err *e)
{
	struct json left;
	const char *except;
	char *word;

	if (not_loaded_read(db, project, &left, e) == -1)
		return -1;
	except = json_str(&left, "words");
	word = mem_fmt("%s%s%s", complete ? "COMPLETE" : "INCOMPLETE",
	    complete && *except != '\0' ? " except " : "", complete ? except : "");
	json_set_str(doc, "verdict", word);
	json_set(doc, "left", left);
	free(word);
	return 0;
}

static int
document_project(struct job *j, const char *project, int64_t limit, struct json *doc,
    struct err *e)
{
	struct verdict v = { .db = j->db, .project = project };
	struct db_query q;
	struct json rows;
	size_t i;
	int rc;

	json_set_str(doc, "project", project);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		db_query(&q, j->db, sections[i].sql, sections[i].args, project, limit);
		if (rows_read(&q, sections[i].cols, &rows, e) == -1)
			return -1;
		json_set(doc, sections[i].name, rows);
	}
	if (verdict_read(&v, e) == -1)
		return -1;
	rc = document_verdict(j->db, project, json_len(&v.reasons, "") == 0, doc, e);
	json_set(doc, "reasons", v.reasons);
	json_set(doc, "remarks", v.remarks);
	return rc;
}

/* Read the part of each project.  A project that has only an unfinished pass is left
   out: Zephyr may not know it. */
static int
document_projects(struct job *j, int64_t limit, struct json *out, struct err *e)
{
	struct db_query q;
	struct json names, one = { 0 }, doc;
	int i = 0, rc = 0;

	db_query(&q, j->db, "SELECT key FROM project WHERE ?1 = '' OR key = ?1 UNION"
	    " SELECT project FROM pass WHERE state <> 'open' AND (?1 = '' OR project = ?1) UNION"
	    " SELECT project FROM target WHERE ?1 = '' OR project = ?1 ORDER BY 1", "s",
	    j->project != NULL ? j->project : "");
	if (rows_read(&q, "key", &names, e) == -1)
		return -1;
	*out = json_array();
	while (rc == 0 && json_each(&names, &i, &one)) {
		doc = json_object();
		rc = document_project(j, json_str(&one, "key"), limit, &doc, e);
		json_push(out, doc);
	}
	if (rc == 0 && j->project != NULL && json_len(&names, "") == 0)
		rc = err_set(e, ZX_CONFIG, "%s has no data of project %s; run `ztoq migrate` "
		    "first, or choose another database with ZTOQ_DB or --db", db_where(j->db),
		    j->project);
	json_free(&one);
	json_free(&names);
	return rc;
}

/* Read the counters of the APIs and until when their requests wait. */
static int
document_requests(struct job *j, struct json *doc, struct err *e)
{
	struct db_query q;
	struct json rows;

	db_query(&q, j->db, "SELECT api, requests, left_minute, left_month,"
	    " CASE WHEN gate_until > {now} THEN gate_until END,"
	    " CASE WHEN gate_until > {now} THEN gate_why END FROM budget ORDER BY api", "");
	if (rows_read(&q, "api requests:i left_minute:i left_month:i waiting_until:t why", &rows,
	    e) == -1)
		return -1;
	json_set(doc, "requests", rows);
	return 0;
}

int
document_read(struct job *j, int64_t limit, struct json *doc, struct err *e)
{
	struct json all = { 0 };
	char iso[TIME_MAX];

	*doc = json_object();
	time_iso(time_wall_ms(), iso);
	json_set_str(doc, "written", iso);
	json_set_str(doc, "tool", "zreport " ZTOQ_VERSION);
	json_set_str(doc, "database", db_where(j->db));
	if (document_requests(j, doc, e) == 0 && document_projects(j, limit, &all, e) == 0) {
		json_set(doc, "projects", all);
		return 0;
	}
	json_free(&all);
	json_free(doc);
	return -1;
}
