#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"

#include "emit/emit_case.h"
#include "jira/jira_names.h"
#include "list/names.h"
#include "select/selection.h"
#include "source.h"

/* Writes folders and test cases in load order. */

static int
emit_case_folder(struct emit *m, struct db_query *q, struct err *e)
{
	(void)e;
	m->id = db_int(q, 0);
	m->at[0] = db_int(q, 1);
	emit_key_set(m, db_str(q, 2));
	m->at[1] = db_int(q, 3);
	m->at[2] = db_int(q, 4);
	record_head(&m->record, db_str(q, 7), db_len(q, 7));
	record_put_int(&m->record, "depth", m->at[0]);
	if (db_int(q, 6))
		record_puts(&m->record, "orphan", "true");
	record_puts(&m->record, "path", db_str(q, 5));
	record_put_int(&m->record, "position", m->at[2]);
	emit_record(m);
	return 0;
}

int
emit_folders(struct emit *m, struct err *e)
{
	struct db_query q;

	db_query(&q, m->src->db, "SELECT id, depth, kind, coalesce(parent_id, 0),"
	    " position, path, orphan, head FROM folder o"
	    " WHERE o.project = ?1 AND" SELECTED("folders",
	    "CAST(o.id AS TEXT)", "?8", "o.pass_seen = ?2")
	    " AND (depth, kind, coalesce(parent_id, 0), position, id) >"
	    " (?3, ?4, ?5, ?6, ?7)"
	    " ORDER BY depth, kind, coalesce(parent_id, 0), position, id"
	    " LIMIT 64", "siisiiii", m->src->st.project, m->src->st.pass, m->at[0],
	    m->key ? m->key : "", m->at[1], m->at[2], m->id,
	    selection_write_grade(m->selection));
	return emit_rows(m, &q, emit_case_folder, e);
}

/* Put name and state of the case that step n of by calls into call, beside its key. */
static int
emit_case_called(struct emit *m, struct json *call, const char *by, int64_t n,
    struct err *e)
{
	struct db_query q;
	const char *key = json_str(call, "testCaseKey"), *state = "missing";
	char *name = NULL;
	int64_t cut;

	if (db_one(m->src->db, &cut, 0, e, "SELECT cut FROM test_step"
	    " WHERE project = ?1 AND case_key = ?2 AND n = ?3", "ssi",
	    m->src->st.project, by, n) == -1)
		return -1;
	db_query(&q, m->src->db, "SELECT name, state FROM test_case"
	    " WHERE project = ?1 AND key = ?2 AND pass_seen = ?3", "ssi",
	    m->src->st.project, key, m->src->st.pass);
	if (db_row(&q)) {
		name = mem_dup(db_str(&q, 0));
		state = strcmp(db_str(&q, 1), "stub") == 0 ? "stub" : "ok";
	}
	if (cut)
		state = "loop";
	json_set_str(call, "name", name);
	json_set_str(call, "state", state);
	free(name);
	return db_done(&q, e);
}

static int
emit_case_script_calls(struct emit *m, const char *key, const char *text,
    size_t len, struct buf *out, struct err *e)
{
	struct json script, steps, step, call, filled = json_array();
	int i, rc;

	if (json_parse(&script, text, len, NULL, e) == -1)
		return -1;
	steps = json_member(&script, "steps");
	for (i = 0, rc = 0; i < json_len(&steps, ""); i++) {
		step = json_at(&steps, i);
		call = json_member(&step, "testCase");
		if (rc == 0 && json_type(&call, "") == JSON_OBJ) {
			rc = emit_case_called(m, &call, key, json_int(&step, "n", 0), e);
			json_set(&step, "testCase", call);
		} else {
			json_free(&call);
		}
		json_push(&filled, step);
	}
	json_free(&steps);
	json_set(&script, "steps", filled);
	json_dump(&script, out);
	json_free(&script);
	return rc;
}

/* Compose the record of a version in m->record, with names beside ids. */
static void
emit_case_version_compose(struct emit *m, struct db_query *q)
{
	record_head(&m->record, db_str(q, 1), db_len(q, 1));
	record_puts(&m->record, "project", m->src->ref);
	names_put(m->names, NAME_PRIORITY, db_int(q, 2), record_val(&m->record));
	record_put_val(&m->record, "priority");
	names_put(m->names, NAME_STATUS, db_int(q, 3), record_val(&m->record));
	record_put_val(&m->record, "status");
	emit_folder(m, db_int(q, 4), db_str(q, 5), db_str(q, 6));
	record_put_int(&m->record, "version", db_int(q, 0));
	jira_put(m->jira, &m->record);
}

/* Put member "versions", oldest first.  m->record is used for each version, and holds the
   record under way again afterwards. */
static int
emit_case_versions(struct emit *m, const char *key, struct err *e)
{
	struct buf record, all = { 0 };
	struct db_query q;
	int rc;

	if (!m->with_versions)
		return 0;
	record_whole(&m->record);
	record = m->record.text;
	m->record.text = (struct buf){ 0 };
	buf_putc(&all, '[');
	db_query(&q, m->src->db, "SELECT v.n, v.line, v.priority_id, v.status_id,"
	    " v.folder_id, f.name, f.path FROM test_case_version v"
	    " LEFT JOIN folder f ON f.project = v.project"
	    " AND f.id = v.folder_id WHERE v.project = ?1 AND v.case_key = ?2"
	    " AND v.line IS NOT NULL ORDER BY v.n", "ss", m->src->st.project, key);
	while (db_row(&q)) {
		emit_case_version_compose(m, &q);
		if (all.len > 1)
			buf_putc(&all, ',');
		buf_add(&all, m->record.text.s, m->record.text.len);
	}
	rc = db_done(&q, e);
	buf_putc(&all, ']');
	buf_free(&m->record.text);
	m->record.text = record;
	record_put(&m->record, "versions", all.s, all.len);
	buf_free(&all);
	return rc;
}

static int
emit_case(struct emit *m, struct db_query *q, struct err *e)
{
	m->at[0] = db_int(q, 0);
	m->at[1] = db_int(q, 1);
	emit_key_set(m, db_str(q, 2));
	record_head(&m->record, db_str(q, 4), db_len(q, 4));
	emit_names(m);
	if (strcmp(db_str(q, 3), "stub") != 0) {
		if (emit_files(m, m->key, db_int(q, 10) != 0, e) == -1 ||
		    emit_case_versions(m, m->key, e) == -1)
			return -1;
		emit_folder(m, db_int(q, 7), db_str(q, 8), db_str(q, 9));
	}
	if (db_int(q, 6) > 0) {
		if (emit_case_script_calls(m, m->key, db_str(q, 5), db_len(q, 5),
		    record_val(&m->record), e) == -1)
			return -1;
		record_put_val(&m->record, "testScript");
	} else {
		record_put(&m->record, "testScript", db_str(q, 5), db_len(q, 5));
	}
	emit_record(m);
	return 0;
}

int
emit_cases(struct emit *m, struct err *e)
{
	struct db_query q;

	db_query(&q, m->src->db, "SELECT c.level, c.num, c.key, c.state, c.head,"
	    " s.script, c.calls, c.folder_id, f.name, f.path, c.images"
	    " FROM test_case c JOIN test_script s"
	    " ON s.project = c.project AND s.case_key = c.key"
	    " LEFT JOIN folder f"
	    " ON f.project = c.project AND f.id = c.folder_id"
	    " WHERE c.project = ?1 AND" SELECTED("test_cases", "c.key", "?6",
	    "c.pass_seen = ?2 AND c.script_pass IS NOT NULL")
	    " AND (c.level, c.num, c.key) > (?3, ?4, ?5)"
	    " ORDER BY c.level, c.num, c.key LIMIT 64", "siiisi",
	    m->src->st.project, m->src->st.pass, m->at[0], m->at[1],
	    m->key ? m->key : "", selection_write_grade(m->selection));
	return emit_rows(m, &q, emit_case, e);
}
