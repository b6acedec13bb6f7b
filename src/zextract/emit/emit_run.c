#include <string.h>

#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit_run.h"
#include "jira/jira_names.h"
#include "select/selection.h"
#include "source.h"

/* Writes plans, cycles and executions in load order. */

/* The differences between plans and cycles. */
struct emit_planning {
	const char	*rows;		/* SQL of a page of them */
	const char	*partners;	/* SQL of the cycles of a plan, or the other way round */
	const char	*member, *id_name;	/* of partners in links */
};

#define PLANNING_ROWS(table)						\
	"SELECT t.num, t.key, t.id, t.head, t.folder_id,"		\
	" f.name, f.path FROM " table " t LEFT JOIN folder f"		\
	" ON f.project = t.project AND f.id = t.folder_id"		\
	" WHERE t.project = ?1 AND" SELECTED(table "s", "t.key", "?5",	\
	"t.pass_seen = ?2")						\
	" AND (t.num, t.key) > (?3, ?4) ORDER BY t.num, t.key LIMIT 64"
/* Plans and cycles both hold links to each other; this selects the union.  kind ||
   '' makes the database use the key of the row, never the index on kind.  ?1
   project, ?2 key, ?3 id. */
#define PARTNERS(own, other)						\
	"SELECT u.id, o.key, o.name, max(u.type) FROM"			\
	" (SELECT l.other_id AS id, l.type AS type FROM link l"		\
	" WHERE l.project = ?1 AND l.stream = 'test_" own "s' AND l.key = ?2" \
	" AND l.kind || '' = '" other "'"				\
	" UNION ALL SELECT o.id, l.type FROM link l JOIN test_" other " o" \
	" ON o.project = l.project AND o.key = l.key"			\
	" WHERE l.project = ?1 AND l.kind = '" own "' AND l.other_id = ?3" \
	" AND l.stream = 'test_" other "s') u"				\
	" LEFT JOIN test_" other " o ON o.project = ?1 AND o.id = u.id"	\
	" GROUP BY u.id, o.key, o.name ORDER BY u.id, o.key"

static const struct emit_planning planning[STREAM_COUNT] = {
	[STREAM_PLANS] = { PLANNING_ROWS("test_plan"),
	    PARTNERS("plan", "cycle"), "testCycles", "testCycleId" },
	[STREAM_CYCLES] = { PLANNING_ROWS("test_cycle"),
	    PARTNERS("cycle", "plan"), "testPlans", "testPlanId" },
};

/* Append the partners of the record under way; id is the id of that record. */
static int
emit_run_partners(struct emit *m, int64_t id, struct buf *out, struct err *e)
{
	const struct emit_planning *p = &planning[m->stream];
	struct db_query q;
	int64_t last = 0;
	int n = 0;

	json_out_open(out, NULL, '[');
	db_query(&q, m->src->db, p->partners, "ssi", m->src->st.project, m->key, id);
	for (; db_row(&q); last = db_int(&q, 0)) {
		if (db_null(&q, 0) || (n > 0 && db_int(&q, 0) == last))
			continue;
		n++;
		json_out_open(out, NULL, '{');
		json_out_str(out, "key", db_str(&q, 1));
		json_out_str(out, "name", db_str(&q, 2));
		json_out_int(out, p->id_name, db_int(&q, 0));
		json_out_str(out, "type", db_str(&q, 3));
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	return db_done(&q, e);
}

/* Put member "links" of a head, with the partners of the record in it. */
static int
emit_run_links(struct emit *m, const char *head, size_t len, int64_t id, struct err *e)
{
	struct buf plain = { 0 }, list = { 0 };
	struct json j, l;
	int rc;

	if (json_parse(&j, head, len, NULL, e) == -1)
		return -1;
	l = json_member(&j, "links");
	json_dump(&l, &plain);
	if ((rc = emit_run_partners(m, id, &list, e)) == 0) {
		json_splice(record_val(&m->record), plain.s, plain.len,
		    planning[m->stream].member, list.s, list.len);
		record_put_val(&m->record, "links");
	}
	json_free(&l);
	json_free(&j);
	buf_free(&plain);
	buf_free(&list);
	return rc;
}

static int
emit_run_planning(struct emit *m, struct db_query *q, struct err *e)
{
	m->at[0] = db_int(q, 0);
	emit_key_set(m, db_str(q, 1));
	record_head(&m->record, db_str(q, 3), db_len(q, 3));
	emit_names(m);
	emit_folder(m, db_int(q, 4), db_str(q, 5), db_str(q, 6));
	if (emit_files(m, m->key, 1, e) == -1 ||
	    emit_run_links(m, db_str(q, 3), db_len(q, 3), db_int(q, 2), e) == -1)
		return -1;
	emit_record(m);
	return 0;
}

int
emit_planning_page(struct emit *m, struct err *e)
{
	struct db_query q;

	db_query(&q, m->src->db, planning[m->stream].rows, "siisi", m->src->st.project,
	    m->src->st.pass, m->at[0], m->key ? m->key : "", selection_write_grade(m->selection));
	return emit_rows(m, &q, emit_run_planning, e);
}

/* Columns of the query below. */
enum { X_ID, X_HEAD, X_RESULTS, X_SLOTS, X_UNREAD, X_NUM, X_CASE, X_VERSION, X_CASE_ID,
	X_CYCLE, X_ENV, X_END, X_NAME, X_STATE, X_CYCLE_KEY, X_CYCLE_NAME, X_IMAGES,
	X_UNDATED };

static void
emit_run_execution_case(struct emit *m, struct db_query *q)
{
	const char *state = db_str(q, X_STATE);
	struct buf *b = record_val(&m->record);

	if (*db_str(q, X_CASE) == '\0') {
		record_puts(&m->record, "testCase", "null");
		return;
	}
	json_out_open(b, NULL, '{');
	json_out_int_if(b, "id", !db_null(q, X_CASE_ID), db_int(q, X_CASE_ID));
	json_out_str(b, "key", db_str(q, X_CASE));
	json_out_str(b, "name", db_str(q, X_NAME));
	json_out_bool(b, "stub", state != NULL && strcmp(state, "stub") == 0);
	json_out_int_if(b, "version", !db_null(q, X_VERSION), db_int(q, X_VERSION));
	json_out_close(b, '}');
	record_put_val(&m->record, "testCase");
}

static void
emit_run_execution_cycle(struct emit *m, struct db_query *q)
{
	struct buf *b = record_val(&m->record);

	if (db_int(q, X_CYCLE) == 0) {
		record_puts(&m->record, "testCycle", "null");
		return;
	}
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", db_int(q, X_CYCLE));
	json_out_str(b, "key", db_str(q, X_CYCLE_KEY));
	json_out_str(b, "name", db_str(q, X_CYCLE_NAME));
	json_out_close(b, '}');
	record_put_val(&m->record, "testCycle");
}

/* Compose the record of a row; the caller completes it by jira_put. */
static int
emit_run_execution_compose(struct emit *m, struct db_query *q, struct err *e)
{
	const char *slots = db_str(q, X_SLOTS);

	m->at[0] = db_int(q, X_NUM);
	emit_key_set(m, db_str(q, X_CASE));
	m->at[1] = db_int(q, X_CYCLE);
	m->at[2] = db_int(q, X_ENV);
	m->at[3] = db_int(q, X_END);
	m->id = db_int(q, X_ID);
	record_head(&m->record, db_str(q, X_HEAD), db_len(q, X_HEAD));
	emit_names(m);
	emit_run_execution_case(m, q);
	emit_run_execution_cycle(m, q);
	if (!db_null(q, X_UNREAD)) {
		json_out_str(record_val(&m->record), NULL, db_str(q, X_UNREAD));
		record_put_val(&m->record, "stepsUnread");
	}
	if (slots != NULL && *slots != '\0') {
		if (match_load(&m->match, &m->src->st, m->key, e) == -1)
			return -1;
		match_put(&m->match, db_str(q, X_RESULTS), db_len(q, X_RESULTS),
		    slots, record_val(&m->record));
		emit_names_results(m, &m->record.val);
		record_put_val(&m->record, "steps");
	} else {
		record_puts(&m->record, "steps", "[]");
	}
	buf_int(record_val(&m->record), m->id);
	return emit_files(m, buf_str(&m->record.val), db_int(q, X_IMAGES) != 0, e);
}

/* The columns that emit_run_execution_compose reads; ?1 is the project. */
#define EXECUTION_COLUMNS						\
	"SELECT e.id, e.head, e.results, e.step_slots, e.results_unread," \
	" e.case_num, e.case_key, e.case_version, e.case_id, e.cycle_id," \
	" e.environment_id, e.end_ms, c.name, c.state, y.key, y.name, e.images"
#define EXECUTION_TABLES						\
	" FROM test_execution e LEFT JOIN test_case c"			\
	" ON c.project = e.project AND c.key = e.case_key"		\
	" LEFT JOIN test_cycle y"					\
	" ON y.project = e.project AND y.id = e.cycle_id"
/* Selects each execution o of the same case and environment as e. */
#define SAME_CASE							\
	" FROM test_execution o WHERE o.project = e.project"		\
	" AND o.case_num = e.case_num AND o.case_key = e.case_key"	\
	" AND o.environment_id = e.environment_id"			\
	" AND o.pass_seen = e.pass_seen"
/* 0 if every execution of the run has an end, 2 if e has none and is the only one,
   else 1.  An execution without a cycle of the project belongs to the run of ad-hoc
   executions. */
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
 * Append the executions without an end that belong to the run of a row, by id.  qTest
 * has no log for them, so each record of the run carries their values for the run
 * itself.  They are sorted by an expression, because a database that sorts them by its
 * primary key reads all executions of the project.
 */
static int
emit_run_execution_undated(struct emit *m, struct db_query *of, struct buf *out,
    struct err *e)
{
	struct db_query q;
	int rc = 0;

	buf_putc(out, '[');
	db_query(&q, m->src->db, EXECUTION_COLUMNS EXECUTION_TABLES
	    " WHERE e.project = ?1 AND e.pass_seen = ?2 AND e.case_num = ?3"
	    " AND e.case_key = ?4 AND e.environment_id = ?5 AND e.end_ms = 0"
	    " AND e.script_pass IS NOT NULL"
	    " AND CASE WHEN CAST(?7 AS BIGINT) = 0 THEN e.cycle_id = ?6"
	    " ELSE y.key IS NULL END ORDER BY e.id + 0 LIMIT ?8", "siisiiii",
	    m->src->st.project, m->src->st.pass, db_int(of, X_NUM), db_str(of, X_CASE),
	    db_int(of, X_ENV), db_int(of, X_CYCLE),
	    (int64_t)db_null(of, X_CYCLE_KEY), (int64_t)UNDATED_MAX);
	while (rc == 0 && db_row(&q)) {
		if ((rc = emit_run_execution_compose(m, &q, e)) == -1)
			break;
		jira_put(m->jira, &m->record);
		if (out->len > 1)
			buf_putc(out, ',');
		buf_add(out, m->record.text.s, m->record.text.len);
	}
	buf_putc(out, ']');
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : 0;
}

static int
emit_run_execution(struct emit *m, struct db_query *q, struct err *e)
{
	struct buf undated = { 0 };
	int rc = 0;

	if (db_int(q, X_UNDATED) == 1)
		rc = emit_run_execution_undated(m, q, &undated, e);
	if (rc == 0)
		rc = emit_run_execution_compose(m, q, e);
	if (rc == 0) {
		if (db_int(q, X_UNDATED) == 1)
			record_put(&m->record, "undated", undated.s, undated.len);
		else if (db_int(q, X_UNDATED) == 2)
			record_puts(&m->record, "sole", "true");
		emit_record(m);
	}
	buf_free(&undated);
	return rc;
}

int
emit_executions(struct emit *m, struct err *e)
{
	struct db_query q;

	db_query(&q, m->src->db, EXECUTION_COLUMNS EXECUTION_UNDATED EXECUTION_TABLES
	    " WHERE e.project = ?1 AND" SELECTED("test_executions",
	    "CAST(e.id AS TEXT)", "?9",
	    "e.pass_seen = ?2 AND e.script_pass IS NOT NULL")
	    " AND (e.case_num, e.case_key, e.cycle_id, e.environment_id,"
	    " e.end_ms, e.id) > (?3, ?4, ?5, ?6, ?7, ?8)"
	    " ORDER BY e.case_num, e.case_key, e.cycle_id, e.environment_id,"
	    " e.end_ms, e.id LIMIT 64", "siisiiiii", m->src->st.project,
	    m->src->st.pass, m->at[0], m->key ? m->key : "", m->at[1], m->at[2],
	    m->at[3], m->id, selection_write_grade(m->selection));
	return emit_rows(m, &q, emit_run_execution, e);
}
