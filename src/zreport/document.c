#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "report.h"

/* One section of a project's part: its rows under a name. */
struct part {
	struct db	*db;
	const char	*project;
	int64_t		 limit;
	struct json	*doc;
	struct err	*e;
};

static int
document_section(struct part *p, const char *name, struct db_query *q, const char *cols)
{
	struct json rows;

	if (rows_read(q, cols, &rows, p->e) == -1)
		return -1;
	json_set(p->doc, name, rows);
	return 0;
}

static int
document_passes(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT n, state, opened_at, sealed_at, (sealed_at - opened_at) / 1000"
	    " FROM pass WHERE project = ?1 ORDER BY n", "s", p->project);
	return document_section(p, "passes", &q, "pass:i state opened:t sealed:t seconds:i");
}

/* What the last sealed pass saw, what became of it, what was set aside. */
static int
document_streams(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "WITH seen (n) AS (SELECT coalesce((SELECT max(n) FROM pass"
	    " WHERE project = ?1 AND state <> 'open'), 0)),"
	    " s (place, stream, n) AS ("
	    "SELECT 0, 'folders', count(*) FROM folder, seen WHERE project = ?1"
	    " AND pass_seen >= seen.n"
	    " UNION ALL SELECT 1, 'test_cases', count(*) FROM test_case, seen"
	    " WHERE project = ?1 AND pass_seen >= seen.n"
	    " UNION ALL SELECT 2, 'test_plans', count(*) FROM test_plan, seen"
	    " WHERE project = ?1 AND pass_seen >= seen.n"
	    " UNION ALL SELECT 3, 'test_cycles', count(*) FROM test_cycle, seen"
	    " WHERE project = ?1 AND pass_seen >= seen.n"
	    " UNION ALL SELECT 4, 'test_executions', count(*) FROM test_execution, seen"
	    " WHERE project = ?1 AND pass_seen >= seen.n)"
	    " SELECT s.stream, s.n,"
	    " (SELECT count(*) FROM target t WHERE t.project = ?1 AND t.stream = s.stream),"
	    " (SELECT count(*) FROM ledger l WHERE l.project = ?1 AND l.stream = s.stream"
	    " AND l.state = 'done'),"
	    " (SELECT count(*) FROM ledger l WHERE l.project = ?1 AND l.stream = s.stream"
	    " AND l.state NOT IN ('done', 'gone')),"
	    " (SELECT count(DISTINCT j.key) FROM reject j WHERE j.project = ?1"
	    " AND j.stream = s.stream AND j.accepted IS NULL),"
	    " (SELECT count(*) FROM loss x WHERE x.project = ?1 AND x.stream = s.stream)"
	    " FROM s ORDER BY s.place", "s", p->project);
	return document_section(p, "streams", &q,
	    "stream source:i target:i done:i open:i rejected:i losses:i");
}

static int
document_targets(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT target, kind, state, count(*), max(done_at) FROM ledger"
	    " WHERE project = ?1 GROUP BY target, kind, state"
	    " ORDER BY target, min(phase), kind, state", "s", p->project);
	return document_section(p, "ledger", &q, "target kind state n:i last:t");
}

/* What the target does not hold, and why it says so. */
static int
document_unfinished(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT target, kind, ekey, state, attempts, error FROM ledger"
	    " WHERE project = ?1 AND state <> 'done' ORDER BY target, phase, ord LIMIT ?2", "si",
	    p->project, p->limit);
	return document_section(p, "unfinished", &q, "target kind key state attempts:i error");
}

static int
document_runs(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT id, tool, version, target, host, started_at, ended_at,"
	    " (ended_at - started_at) / 1000, status, error FROM run"
	    " WHERE project = ?1 OR project IS NULL ORDER BY started_at DESC LIMIT ?2", "si",
	    p->project, p->limit);
	return document_section(p, "runs", &q,
	    "run tool version target host started:t ended:t seconds:i"
	    " status:i error");
}

static int
document_rejects(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT stream, key, stage, rule, reason, accepted, owner, at"
	    " FROM reject WHERE project = ?1 ORDER BY stream, key, stage, rule LIMIT ?2", "si",
	    p->project, p->limit);
	if (document_section(p, "rejects", &q,
		"stream key stage rule reason accepted owner at:t") == -1)
		return -1;
	db_query(&q, p->db, "SELECT stream, stage, rule, count(*) FROM reject WHERE project = ?1"
	    " GROUP BY stream, stage, rule ORDER BY stream, stage, rule", "s", p->project);
	return document_section(p, "reject_counts", &q, "stream stage rule n:i");
}

static int
document_losses(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "WITH g AS (SELECT stream, change, field, count(*) AS n,"
	    " min(key) AS key FROM loss WHERE project = ?1 GROUP BY stream, change, field)"
	    " SELECT g.stream, g.change, g.field, g.n, g.key, l.reason FROM g JOIN loss l"
	    " ON l.project = ?1 AND l.stream = g.stream AND l.key = g.key AND l.field = g.field"
	    " AND l.change = g.change ORDER BY g.stream, g.n DESC, g.change, g.field LIMIT ?2",
	    "si", p->project, p->limit);
	if (document_section(p, "losses", &q, "stream change field n:i example reason") == -1)
		return -1;
	db_query(&q, p->db, "SELECT stream, field, reason, count(*), min(key) FROM loss"
	    " WHERE project = ?1 AND code = 'map-default'"
	    " GROUP BY stream, field, reason ORDER BY count(*) DESC, stream, field LIMIT ?2", "si",
	    p->project, p->limit);
	return document_section(p, "unmapped", &q, "stream field reason n:i example");
}

static int
document_findings(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "WITH g AS (SELECT side, stream, rule, level, count(*) AS n,"
	    " min(key) AS key FROM issue WHERE project = ?1 AND side <> 'reconcile'"
	    " GROUP BY side, stream, rule, level)"
	    " SELECT g.side, g.stream, g.rule, g.level, g.n, g.key, i.what FROM g JOIN issue i"
	    " ON i.project = ?1 AND i.side = g.side AND i.stream = g.stream AND i.key = g.key"
	    " AND i.rule = g.rule ORDER BY g.side, g.level, g.stream, g.rule LIMIT ?2", "si",
	    p->project, p->limit);
	if (document_section(
		p, "findings", &q, "side stream rule level n:i example what") == -1)
		return -1;
	db_query(&q, p->db, "SELECT stream, key, rule, what, accepted, owner FROM issue"
	    " WHERE project = ?1 AND side = 'reconcile' ORDER BY stream, key, rule LIMIT ?2",
	    "si", p->project, p->limit);
	return document_section(p, "differences", &q, "stream key rule what accepted owner");
}

static int
document_reconciled(struct part *p)
{
	struct db_query q;

	db_query(&q, p->db, "SELECT pass, substr(scope, 11), at, total, cursor FROM checkpoint"
	    " WHERE stage = 'zvalidate' AND project = ?1 AND scope LIKE 'reconcile:%'"
	    " ORDER BY at DESC", "s", p->project);
	return document_section(
	    p, "reconcile", &q, "pass:i target at:t differences:i result:j");
}

static int
document_verdict_put(struct part *p, int complete)
{
	struct left l;
	struct json o;
	char *except, *word;

	if (left_read(p->db, p->project, &l, p->e) == -1)
		return -1;
	except = left_words(&l);
	word = complete ? mem_fmt("COMPLETE%s%s", *except != '\0' ?
	    " except " : "", except) : mem_dup("INCOMPLETE");
	json_set_str(p->doc, "verdict", word);
	o = json_object();
	json_set(&o, "files", json_number((double)l.files));
	json_set(&o, "losses", json_number((double)l.losses));
	json_set_str(&o, "words", except);
	json_set(&o, "unasked", json_bool_new(l.unasked));
	json_set(p->doc, "left", o);
	free(word);
	free(except);
	return 0;
}

static int
document_part_read(struct part *p)
{
	static int (*const sections[])(struct part *) = { document_passes,
		document_streams, document_targets, document_unfinished, document_runs,
		document_rejects, document_losses, document_findings,
		document_reconciled };
	struct json reasons, remarks;
	size_t i;
	int rc;

	json_set_str(p->doc, "project", p->project);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (sections[i](p) == -1)
			return -1;
	if (verdict_read(p->db, p->project, &reasons, &remarks, p->e) == -1)
		return -1;
	rc = document_verdict_put(p, json_len(&reasons, "") == 0);
	json_set(p->doc, "reasons", reasons);
	json_set(p->doc, "remarks", remarks);
	return rc;
}

/* An open pass alone is a try to read what Zephyr does not know either. */
static int
document_projects(struct job *j, int64_t limit, struct json *out, struct err *e)
{
	struct db_query q;
	struct json names, one, doc;
	struct part p = { .db = j->db, .limit = limit, .e = e };
	int i, rc = 0;

	db_query(&q, j->db, "SELECT key FROM project WHERE ?1 = '' OR key = ?1 UNION"
	    " SELECT project FROM pass WHERE state <> 'open' AND (?1 = '' OR project = ?1) UNION"
	    " SELECT project FROM target WHERE ?1 = '' OR project = ?1 ORDER BY 1", "s",
	    j->project != NULL ? j->project : "");
	if (rows_read(&q, "key", &names, e) == -1)
		return -1;
	*out = json_array();
	for (i = 0; i < json_len(&names, "") && rc == 0; i++) {
		one = json_at(&names, i);
		doc = json_object();
		p.project = json_str(&one, "key");
		p.doc = &doc;
		rc = document_part_read(&p);
		json_push(out, doc);
		json_free(&one);
	}
	json_free(&names);
	if (rc == 0 && j->project != NULL && i == 0)
		rc = err_set(e, ZX_CONFIG, "%s has no data of project %s",
		    db_where(j->db), j->project);
	return rc;
}

/* Gates and counters of the APIs, whoever waits for them. */
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
