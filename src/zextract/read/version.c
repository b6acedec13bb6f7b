#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/store/store_child.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"
#include "io/json/json.h"

#include "list/names_ask.h"
#include "list/odd.h"
#include "list/row.h"
#include "read/step_pages.h"
#include "read/version.h"
#include "request.h"
#include "source.h"
#include "todo.h"
#include "select/selection.h"

static const char what[] = "versions";

static void
version_path(struct buf *b, const char *key)
{
	buf_puts(b, "/testcases/");
	http_escape(b, key);
	buf_puts(b, "/versions");
}

/* Add cases whose versions are to be listed. */
static int
version_list_page(struct reading *reading, struct todo *t, struct err *e)
{
	const struct source *src = reading->src;
	struct db_query q;

	db_query(&q, src->db, "SELECT c.key FROM test_case c"
	    " LEFT JOIN version_list l ON l.project = c.project"
	    " AND l.case_key = c.key WHERE c.project = ?1 AND"
	    SELECTED("test_cases", "c.key", "?4", "c.pass_seen = ?2")
	    " AND c.state = 'listed' AND c.script_pass IS NOT NULL"
	    " AND (l.owner_hash IS NULL OR l.owner_hash <> c.row_hash)"
	    " AND c.key > ?3 ORDER BY c.key LIMIT 64", "sisi", src->st.project,
	    src->st.pass, todo_after(t), selection_read_grade(reading->selection, STREAM_CASES));
	return todo_add_rows(t, &q, 1, e);
}

static int
version_list_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct steps_cursor c;
	struct buf b = { 0 };

	if (step_pages_left(&reading->src->at, what, r->key, &c, e) == -1)
		return -1;
	version_path(&b, r->key);
	*out = step_pages_request(reading, &version_list_reader, &b, r->key, &c);
	return 0;
}

/* True when the versions of all cases are listed. */
static int
version_ready(const struct reading *reading, const struct todo *t)
{
	(void)t;
	return reader_done(reading, READ_VERSION_LISTS);
}

static int
version_page(struct reading *reading, struct todo *t, struct err *e)
{
	const struct source *src = reading->src;
	struct db_query q;

	db_query(&q, src->db, "SELECT v.case_key, v.n FROM test_case_version v"
	    " JOIN test_case c ON c.project = v.project AND c.key = v.case_key"
	    " WHERE v.project = ?1 AND v.line IS NULL AND"
	    SELECTED("test_cases", "c.key", "?5", "c.pass_seen = ?2")
	    " AND c.state = 'listed' AND (v.case_key, v.n) > (?3, ?4)"
	    " ORDER BY v.case_key, v.n LIMIT 64", "sisii", src->st.project,
	    src->st.pass, todo_after(t), t->last.id,
	    selection_read_grade(reading->selection, STREAM_CASES));
	return todo_add_rows(t, &q, 2, e);
}

static int
version_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct buf b = { 0 };

	(void)e;
	version_path(&b, r->key);
	buf_printf(&b, "/%" PRId64, r->id);
	*out = request_new(reading, &version_reader, buf_take(&b, NULL));
	(*out)->key = mem_dup(r->key);
	(*out)->id = r->id;
	return 0;
}

/* Return the number of a version, which its URL alone has, or 0. */
static int64_t
version_number(const struct json *row)
{
	static const char mark[] = "/versions/";
	const char *s = json_str(row, "self");

	s = s ? strstr(s, mark) : NULL;
	return s ? strtoll(s + sizeof(mark) - 1, NULL, 10) : 0;
}

/* Store a listed version; what an earlier pass has read of it is read again. */
static int
version_listed_put(struct request *a, const struct json *row, struct err *e)
{
	struct store *st = &a->src->st;
	int64_t n = version_number(row);

	if (n < 1)
		return finding_issue(&a->src->finding, "extract", STREAM_CASES,
		    a->key, "version-unnamed", "warning", "Zephyr lists a version without its "
		    "number, so it cannot be read",
		    e);
	return db_exec_async(st->db, e, "INSERT INTO test_case_version (project,"
	    " case_key, n, id, pass_seen) VALUES (?1, ?2, ?3,"
	    " nullif(CAST(?4 AS BIGINT), 0), ?5)"
	    " ON CONFLICT (project, case_key, n) DO UPDATE SET"
	    " id = excluded.id, line = NULL, pass_seen = excluded.pass_seen",
	    "ssiii", st->project, a->key, n, json_int(row, "id", 0), st->pass);
}

/*
 * Store that all versions of a case are listed.  Remove versions that no longer exist,
 * and the one that is the case itself: it has the id of the case, or is the last one
 * if none has it.
 */
static int
version_whole_put(struct request *a, struct err *e)
{
	struct store *st = &a->src->st;
	int64_t n;

	if (db_exec_async(st->db, e, "DELETE FROM test_case_version"
	    " WHERE project = ?1 AND case_key = ?2 AND pass_seen < ?3", "ssi",
	    st->project, a->key, st->pass) == -1 || db_one(st->db, &n, 0, e,
	    "SELECT coalesce(max(CASE WHEN v.id = c.id THEN v.n END),"
	    " max(v.n)) FROM test_case_version v JOIN test_case c"
	    " ON c.project = v.project AND c.key = v.case_key"
	    " WHERE v.project = ?1 AND v.case_key = ?2", "ss", st->project,
	    a->key) == -1)
		return -1;
	if (db_exec_async(st->db, e, "DELETE FROM test_case_version"
	    " WHERE project = ?1 AND case_key = ?2 AND n = ?3", "ssi",
	    st->project, a->key, n) == -1)
		return -1;
	return db_exec_async(st->db, e, "INSERT INTO version_list (project, case_key,"
	    " owner_hash, pass_read) SELECT project, key, row_hash,"
	    " CAST(?3 AS BIGINT) FROM test_case WHERE project = ?1"
	    " AND key = ?2 ON CONFLICT (project, case_key) DO UPDATE SET"
	    " owner_hash = excluded.owner_hash,"
	    " pass_read = excluded.pass_read", "ssi", st->project, a->key,
	    st->pass);
}

int
version_list_reread(struct source *src, const char *key, struct err *e)
{
	return db_exec_async(src->db, e, "UPDATE version_list SET owner_hash = ''"
	    " WHERE project = ?1 AND case_key = ?2 AND pass_read < ?3", "ssi",
	    src->st.project, key, src->st.pass);
}

int
version_lists_reread(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE version_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", st->project);
}

/* Remove what earlier passes reported of the versions of a case. */
static int
version_forget(struct request *a, struct err *e)
{
	struct finding *f = &a->src->finding;

	return finding_forget(f, "extract", STREAM_CASES, a->key,
	    "version-unnamed", e) == -1 || finding_forget(f, "extract",
	    STREAM_CASES, a->key, "version-missing", e) == -1 ? -1 : 0;
}

static int
version_list_page_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	struct steps_cursor c;
	enum steps_move move = step_pages_move(a, p, &c, e);
	struct json row;
	int i, rc = 0;

	if (move == STEPS_FAILED)
		return -1;
	if (a->start == 0)
		rc = version_forget(a, e);
	for (i = 0; i < p->n && rc == 0; i++) {
		row = json_at(&p->rows, i);
		rc = version_listed_put(a, &row, e);
		json_free(&row);
	}
	if (rc == 0 && move == STEPS_LAST)
		rc = version_whole_put(a, e);
	return rc == -1 || move == STEPS_AGAIN ? rc : step_pages_save(a, what, move, &c, e);
}

static int
version_list_store(struct request *a, struct err *e)
{
	if (a->status == 404)		/* the case has no versions */
		return version_whole_put(a, e);
	return request_page(a, version_list_page_put, e);
}

static int
version_put(struct request *a, const struct json *raw, struct err *e)
{
	static const char *const links[] = { "issues", "webLinks", NULL };
	struct store *st = &a->src->st;
	struct buf b = { 0 };		/* not used: names_put notes ids without a name */
	struct row r;
	int rc;

	row_open(&r, raw, links);
	json_del(&r.j, "testScript");	/* it is that of the case (3.6) */
	row_labels(&r);
	row_dump(&r, "");
	rc = db_exec_async(st->db, e, "UPDATE test_case_version SET line = ?4,"
	    " line_hash = ?5, folder_id = nullif(CAST(?6 AS BIGINT), 0),"
	    " priority_id = nullif(CAST(?7 AS BIGINT), 0),"
	    " status_id = nullif(CAST(?8 AS BIGINT), 0)"
	    " WHERE project = ?1 AND case_key = ?2 AND n = ?3", "ssitsiii",
	    st->project, a->key, a->id, r.text.s, r.text.len, r.row_hash,
	    row_ref(raw, "folder"), row_ref(raw, "priority"),
	    row_ref(raw, "status"));
	if (rc == 0)
		rc = store_jira(st, STREAM_CASES, a->key, &r.j, e);
	names_put(a->reading->names, NAME_PRIORITY, row_ref(raw, "priority"), &b);
	names_put(a->reading->names, NAME_STATUS, row_ref(raw, "status"), &b);
	buf_free(&b);
	if (rc == 0)
		rc = names_report(a->reading->names, a->src, e);
	if (rc == 0)
		rc = odd_report(&r.odd, &a->src->finding, STREAM_CASES, a->key,
		    "version-shape", e);
	row_free(&r);
	return rc;
}

/* Report and remove a version that was listed and is not found. */
static int
version_on_missing(struct request *a, struct err *e)
{
	struct store *st = &a->src->st;
	char said[96];

	snprintf(said, sizeof(said), "Zephyr lists version %" PRId64 " but answers 404 for it",
	    a->id);
	if (finding_issue(&a->src->finding, "extract", STREAM_CASES, a->key,
	    "version-missing", "warning", said, e) == -1)
		return -1;
	return db_exec_async(st->db, e, "DELETE FROM test_case_version"
	    " WHERE project = ?1 AND case_key = ?2 AND n = ?3", "ssi",
	    st->project, a->key, a->id);
}

static int
version_store(struct request *a, struct err *e)
{
	return a->status == 404 ? version_on_missing(a, e) : request_object(a, version_put, e);
}

const struct reader version_list_reader = {
    .id = READ_VERSION_LISTS, .page = version_list_page,
    .request = version_list_request, .store = version_list_store,
    .committed = reader_committed };
const struct reader version_reader = { .id = READ_VERSIONS,
    .ready = version_ready, .page = version_page, .request = version_request,
    .store = version_store, .committed = reader_committed };
