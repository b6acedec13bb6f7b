#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "extract.h"
#include "jira/jira.h"
#include "read/match.h"
#include "read/unread.h"
#include "record.h"
#include "select/selection.h"

/* Plans, cycles and executions in load order. */

/* The relation of plans and cycles stands on both sides: here is the union. */
static int
emit_run_partners(struct extract *x, const char *sql, const char *key, int64_t id,
    const char *id_name, struct buf *out, struct err *e)
{
	struct db_query q;
	int64_t last = 0;
	int n = 0;

	json_out_open(out, NULL, '[');
	db_query(&q, x->db, sql, "ssi", x->st.project, key, id);
	for (; db_row(&q); last = db_int(&q, 0)) {
		if (db_null(&q, 0) || (n > 0 && db_int(&q, 0) == last))
			continue;
		n++;
		json_out_open(out, NULL, '{');
		json_out_str(out, "key", db_str(&q, 1));
		json_out_str(out, "name", db_str(&q, 2));
		json_out_int(out, id_name, db_int(&q, 0));
		json_out_str(out, "type", db_str(&q, 3));
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	return db_done(&q, e);
}

/* kind || '': by the key of the row, never by the index on kind. */
static int
emit_run_plan_cycles(struct extract *x, const char *key, int64_t id, struct buf *out,
    struct err *e)
{
	return emit_run_partners(x, "SELECT u.id, c.key, c.name, max(u.type) FROM"
	    " (SELECT l.other_id AS id, l.type AS type FROM link l"
	    " WHERE l.project = ?1 AND l.stream = 'test_plans' AND l.key = ?2"
	    " AND l.kind || '' = 'cycle'"
	    " UNION ALL SELECT c.id, l.type FROM link l JOIN test_cycle c"
	    " ON c.project = l.project AND c.key = l.key"
	    " WHERE l.project = ?1 AND l.kind = 'plan' AND l.other_id = ?3"
	    " AND l.stream = 'test_cycles') u"
	    " LEFT JOIN test_cycle c ON c.project = ?1 AND c.id = u.id"
	    " GROUP BY u.id, c.key, c.name ORDER BY u.id, c.key", key, id,
	    "testCycleId", out, e);
}

static int
emit_run_cycle_plans(struct extract *x, const char *key, int64_t id, struct buf *out,
    struct err *e)
{
	return emit_run_partners(x, "SELECT u.id, p.key, p.name, max(u.type) FROM"
	    " (SELECT l.other_id AS id, l.type AS type FROM link l"
	    " WHERE l.project = ?1 AND l.stream = 'test_cycles' AND l.key = ?2"
	    " AND l.kind || '' = 'plan'"
	    " UNION ALL SELECT p.id, l.type FROM link l JOIN test_plan p"
	    " ON p.project = l.project AND p.key = l.key"
	    " WHERE l.project = ?1 AND l.kind = 'cycle' AND l.other_id = ?3"
	    " AND l.stream = 'test_plans') u"
	    " LEFT JOIN test_plan p ON p.project = ?1 AND p.id = u.id"
	    " GROUP BY u.id, p.key, p.name ORDER BY u.id, p.key", key, id,
	    "testPlanId", out, e);
}

/* links of the head with the union in its place. */
static int
emit_run_links(struct extract *x, const char *head, size_t len, const char *name,
    int (*get)(struct extract *, const char *, int64_t, struct buf *,
    struct err *), int64_t id, struct err *e)
{
	struct buf plain = { 0 }, list = { 0 };
	struct emit *m = x->emit;
	struct json j, l;
	int rc = -1;

	if (json_parse(&j, head, len, NULL, e) == -1)
		return -1;
	l = json_member(&j, "links");
	json_dump(&l, &plain);
	if (get(x, m->key, id, &list, e) == 0) {
		buf_reset(&m->record.val);
		json_splice(&m->record.val, plain.s, plain.len, name, list.s,
		    list.len);
		record_put(&m->record, "links", m->record.val.s, m->record.val.len);
		rc = 0;
	}
	json_free(&l);
	json_free(&j);
	buf_free(&plain);
	buf_free(&list);
	return rc;
}

static int
emit_run_planning(struct extract *x, struct db_query *q, const char *name,
    int (*get)(struct extract *, const char *, int64_t, struct buf *,
    struct err *), struct err *e)
{
	struct emit *m = x->emit;

	m->at[0] = db_int(q, 0);
	free(m->key);
	m->key = mem_dup(db_str(q, 1));
	record_head(&m->record, db_str(q, 3), db_len(q, 3));
	emit_names(x);
	emit_folder(m, db_int(q, 4), db_str(q, 5), db_str(q, 6));
	if (emit_files(x, m->key, e) == -1)
		return -1;
	if (emit_run_links(x, db_str(q, 3), db_len(q, 3), name, get, db_int(q, 2),
	    e) == -1)
		return -1;
	emit_record(x);
	return 0;
}

int
emit_plans(struct extract *x, struct err *e)
{
	struct emit *m = x->emit;
	struct db_query q;
	int n = 0, rc = 0;

	db_query(&q, x->db, "SELECT t.num, t.key, t.id, t.head, t.folder_id,"
	    " f.name, f.path FROM test_plan t LEFT JOIN folder f"
	    " ON f.project = t.project AND f.id = t.folder_id"
	    " WHERE t.project = ?1 AND" SELECTED("test_plans", "t.key", "?5",
	    "t.pass_seen = ?2")
	    " AND (t.num, t.key) > (?3, ?4) ORDER BY t.num, t.key LIMIT 64",
	    "siisi", x->st.project, x->st.pass, m->at[0],
	    m->key ? m->key : "", selection_write_grade(x));
	for (; rc == 0 && db_row(&q); n++)
		rc = emit_run_planning(x, &q, "testCycles", emit_run_plan_cycles, e);
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}

int
emit_cycles(struct extract *x, struct err *e)
{
	struct emit *m = x->emit;
	struct db_query q;
	int n = 0, rc = 0;

	db_query(&q, x->db, "SELECT t.num, t.key, t.id, t.head, t.folder_id,"
	    " f.name, f.path FROM test_cycle t LEFT JOIN folder f"
	    " ON f.project = t.project AND f.id = t.folder_id"
	    " WHERE t.project = ?1 AND" SELECTED("test_cycles", "t.key", "?5",
	    "t.pass_seen = ?2")
	    " AND (t.num, t.key) > (?3, ?4) ORDER BY t.num, t.key LIMIT 64",
	    "siisi", x->st.project, x->st.pass, m->at[0],
	    m->key ? m->key : "", selection_write_grade(x));
	for (; rc == 0 && db_row(&q); n++)
		rc = emit_run_planning(x, &q, "testPlans", emit_run_cycle_plans, e);
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}

/* Columns of the query below. */
enum { X_ID, X_HEAD, X_RESULTS, X_SLOTS, X_UNREAD, X_NUM, X_CASE, X_VERSION, X_CASE_ID,
	X_CYCLE, X_ENV, X_END, X_NAME, X_STATE, X_CYCLE_KEY, X_CYCLE_NAME, X_UNDATED };

static void
emit_run_int(struct buf *b, const char *name, struct db_query *q, int column)
{
	if (db_null(q, column))
		json_out_null(b, name);
	else
		json_out_int(b, name, db_int(q, column));
}

static void
emit_run_execution_case(struct emit *m, struct db_query *q)
{
	const char *state = db_str(q, X_STATE);
	struct buf *b = &m->record.val;

	if (*db_str(q, X_CASE) == '\0') {
		record_puts(&m->record, "testCase", "null");
		return;
	}
	buf_reset(b);
	json_out_open(b, NULL, '{');
	emit_run_int(b, "id", q, X_CASE_ID);
	json_out_str(b, "key", db_str(q, X_CASE));
	json_out_str(b, "name", db_str(q, X_NAME));
	json_out_bool(b, "stub", state != NULL && strcmp(state, "stub") == 0);
	emit_run_int(b, "version", q, X_VERSION);
	json_out_close(b, '}');
	record_put(&m->record, "testCase", b->s, b->len);
}

static void
emit_run_execution_cycle(struct emit *m, struct db_query *q)
{
	struct buf *b = &m->record.val;

	if (db_int(q, X_CYCLE) == 0) {
		record_puts(&m->record, "testCycle", "null");
		return;
	}
	buf_reset(b);
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", db_int(q, X_CYCLE));
	json_out_str(b, "key", db_str(q, X_CYCLE_KEY));
	json_out_str(b, "name", db_str(q, X_CYCLE_NAME));
	json_out_close(b, '}');
	record_put(&m->record, "testCycle", b->s, b->len);
}

/* Compose the record of a row; jira_put makes it whole. */
static int
emit_run_execution_compose(struct extract *x, struct db_query *q, struct err *e)
{
	struct emit *m = x->emit;
	const char *slots = db_str(q, X_SLOTS);

	m->at[0] = db_int(q, X_NUM);
	free(m->key);
	m->key = mem_dup(db_str(q, X_CASE));
	m->at[1] = db_int(q, X_CYCLE);
	m->at[2] = db_int(q, X_ENV);
	m->at[3] = db_int(q, X_END);
	m->id = db_int(q, X_ID);
	record_head(&m->record, db_str(q, X_HEAD), db_len(q, X_HEAD));
	emit_names(x);
	emit_run_execution_case(m, q);
	emit_run_execution_cycle(m, q);
	if (!db_null(q, X_UNREAD)) {
		buf_reset(&m->record.val);
		record_quote(&m->record.val, db_str(q, X_UNREAD));
		record_put(&m->record, "stepsUnread", m->record.val.s, m->record.val.len);
	}
	buf_reset(&m->record.val);
	if (slots != NULL && *slots != '\0') {
		if (match_load(&m->match, &x->st, m->key, e) == -1)
			return -1;
		match_put(&m->match, db_str(q, X_RESULTS), db_len(q, X_RESULTS),
		    slots, &m->record.val);
		emit_names_results(x, &m->record.val);
	} else {
		buf_puts(&m->record.val, "[]");
	}
	record_put(&m->record, "steps", m->record.val.s, m->record.val.len);
	buf_reset(&m->record.val);
	buf_int(&m->record.val, m->id);
	return emit_files(x, buf_str(&m->record.val), e);
}

/* The columns that execution_compose reads; ?1 is the project. */
#define EXECUTION_COLUMNS						\
	"SELECT e.id, e.head, e.results, e.step_slots, e.results_unread," \
	" e.case_num, e.case_key, e.case_version, e.case_id, e.cycle_id," \
	" e.environment_id, e.end_ms, c.name, c.state, y.key, y.name"
#define EXECUTION_TABLES						\
	" FROM test_execution e LEFT JOIN test_case c"			\
	" ON c.project = e.project AND c.key = e.case_key"		\
	" LEFT JOIN test_cycle y"					\
	" ON y.project = e.project AND y.id = e.cycle_id"
/* The execution o belongs to the case and environment of e. */
#define SAME_CASE							\
	" FROM test_execution o WHERE o.project = e.project"		\
	" AND o.case_num = e.case_num AND o.case_key = e.case_key"	\
	" AND o.environment_id = e.environment_id"			\
	" AND o.pass_seen = e.pass_seen"
/* Is one of its run without an end?  2: it is e, and the only one.  What has
   no cycle in the project shares the run of ad-hoc executions. */
#define EXECUTION_UNDATED						\
	", CASE WHEN y.key IS NULL THEN CASE WHEN EXISTS (SELECT 1" SAME_CASE \
	" AND o.end_ms = 0 AND NOT EXISTS (SELECT 1 FROM test_cycle z"	\
	" WHERE z.project = o.project AND z.id = o.cycle_id)) THEN 1 ELSE 0 END" \
	" WHEN NOT EXISTS (SELECT 1" SAME_CASE " AND o.cycle_id = e.cycle_id" \
	" AND o.end_ms = 0) THEN 0"					\
	" WHEN EXISTS (SELECT 1" SAME_CASE " AND o.cycle_id = e.cycle_id" \
	" AND o.id <> e.id) THEN 1 ELSE 2 END"

enum { UNDATED_MAX = 64 };

/*
 * List the executions without an end of one run, by id: their values have no
 * log to stand in, so each record of the run brings them for the run itself.
 */
static int
emit_run_execution_undated(struct extract *x, struct db_query *of, struct buf *out,
    struct err *e)
{
	struct emit *m = x->emit;
	struct db_query q;
	int rc = 0;

	buf_putc(out, '[');
	db_query(&q, x->db, EXECUTION_COLUMNS EXECUTION_TABLES
	    " WHERE e.project = ?1 AND e.pass_seen = ?2 AND e.case_num = ?3"
	    " AND e.case_key = ?4 AND e.environment_id = ?5 AND e.end_ms = 0"
	    " AND e.script_pass IS NOT NULL"
	    " AND CASE WHEN CAST(?7 AS BIGINT) = 0 THEN e.cycle_id = ?6"
	    " ELSE y.key IS NULL END ORDER BY e.id LIMIT ?8", "siisiiii",
	    x->st.project, x->st.pass, db_int(of, X_NUM), db_str(of, X_CASE),
	    db_int(of, X_ENV), db_int(of, X_CYCLE),
	    (int64_t)db_null(of, X_CYCLE_KEY), (int64_t)UNDATED_MAX);
	while (rc == 0 && db_row(&q)) {
		if ((rc = emit_run_execution_compose(x, &q, e)) == -1)
			break;
		jira_put(x, &m->record);
		if (out->len > 1)
			buf_putc(out, ',');
		buf_add(out, m->record.text.s, m->record.text.len);
	}
	buf_putc(out, ']');
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : 0;
}

static int
emit_run_execution(struct extract *x, struct db_query *q, struct err *e)
{
	struct buf undated = { 0 };
	int rc = 0;

	if (db_int(q, X_UNDATED) == 1)
		rc = emit_run_execution_undated(x, q, &undated, e);
	if (rc == 0)
		rc = emit_run_execution_compose(x, q, e);
	if (rc == 0) {
		if (db_int(q, X_UNDATED) == 1)
			record_put(&x->emit->record, "undated", undated.s, undated.len);
		else if (db_int(q, X_UNDATED) == 2)
			record_puts(&x->emit->record, "sole", "true");
		emit_record(x);
	}
	buf_free(&undated);
	return rc;
}

int
emit_executions(struct extract *x, struct err *e)
{
	struct emit *m = x->emit;
	struct db_query q;
	int n = 0, rc = 0;

	db_query(&q, x->db, EXECUTION_COLUMNS EXECUTION_UNDATED EXECUTION_TABLES
	    " WHERE e.project = ?1 AND" SELECTED("test_executions",
	    "CAST(e.id AS TEXT)", "?9",
	    "e.pass_seen = ?2 AND e.script_pass IS NOT NULL")
	    " AND (e.case_num, e.case_key, e.cycle_id, e.environment_id,"
	    " e.end_ms, e.id) > (?3, ?4, ?5, ?6, ?7, ?8)"
	    " ORDER BY e.case_num, e.case_key, e.cycle_id, e.environment_id,"
	    " e.end_ms, e.id LIMIT 64", "siisiiiii", x->st.project,
	    x->st.pass, m->at[0], m->key ? m->key : "", m->at[1], m->at[2],
	    m->at[3], m->id, selection_write_grade(x));
	for (; rc == 0 && db_row(&q); n++)
		rc = emit_run_execution(x, &q, e);
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}
