#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/store/store_case.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/row.h"
#include "read/stub.h"
#include "request.h"
#include "source.h"
#include "todo.h"
#include "select/selection.h"

/*
 * Reads stubs: cases that executions refer to and the list does not contain.  Each is
 * requested once by its key, so that its record says why it is a stub: a case of
 * another project, an archived one, or one for which Zephyr answers 404.
 */
static int
stub_page(struct reading *reading, struct todo *t, struct err *e)
{
	const struct source *src = reading->src;
	struct db_query q;

	db_query(&q, src->db, "SELECT c.key FROM test_case c WHERE c.project = ?1"
	    " AND c.state = 'stub' AND c.route = '' AND"
	    SELECTED("test_cases", "c.key", "?4", "c.pass_seen = ?2")
	    " AND c.key > ?3 ORDER BY c.key LIMIT 64", "sisi", src->st.project,
	    src->st.pass, todo_after(t), selection_read_grade(reading->selection, STREAM_CASES));
	return todo_add_rows(t, &q, 1, e);
}

static int
stub_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct buf b = { 0 };

	(void)e;
	buf_puts(&b, "/testcases/");
	http_escape(&b, r->key);
	*out = request_new(reading, &stub_reader, buf_take(&b, NULL));
	(*out)->key = mem_dup(r->key);
	return 0;
}

/* Write the project of a key to out ("BLOCK" of "BLOCK-T5"). */
static void
stub_project(const char *key, char out[64])
{
	const char *end = strrchr(key, '-');

	snprintf(out, 64, "%.*s", end ? (int)(end - key < 63 ? end - key : 63) :
	    0, key);
}

/* Write to out why a case is a stub; row is Zephyr's answer, or no value.  Return 0
   when it is archived or deleted, as all stubs are unless something else is known. */
static int
stub_why(struct request *a, const struct json *row, char *out, size_t size)
{
	char project[64];
	int own;

	stub_project(a->key, project);
	own = strcmp(project, a->src->st.project) == 0;
	if (own && a->status == 404)
		return 0;
	if (own && !row->set)
		snprintf(out, size, "neither in the list of cases nor to be "
		    "seen by this token: Zephyr answers %d for it", a->status);
	else if (own)
		snprintf(out, size, "archived in Zephyr: its list of cases "
		    "does not hold it");
	else if (row->set)
		snprintf(out, size, "case of project %s, not part of this "
		    "migration", project);
	else
		snprintf(out, size, "case of project %s, not part of this "
		    "migration: deleted, or not to be seen by this token "
		    "(Zephyr answers %d for it)", project, a->status);
	return 1;
}

static int
stub_put(struct request *a, const struct json *row, struct err *e)
{
	struct source *src = a->src;
	const char *name = json_str(row, "name");
	int64_t id = json_int(row, "id", 0), of = row_ref(row, "project");
	char why[200], key[64];
	struct buf b = { 0 };
	int rc;

	if (!stub_why(a, row, why, sizeof(why)))
		return store_stub_asked(&src->st, a->key, e);
	stub_project(a->key, key);
	if (name == NULL || *name == '\0')
		name = a->key;
	json_out_open(&b, NULL, '{');
	json_out_int_if(&b, "id", id > 0, id);
	json_out_str(&b, "key", a->key);
	json_out_str(&b, "name", name);
	json_out_open(&b, "project", '{');
	json_out_int_if(&b, "id", of > 0, of);
	json_out_str(&b, "key", key);
	json_out_close(&b, '}');
	json_out_bool(&b, "stub", 1);
	json_out_str(&b, "why", why);
	json_out_close(&b, '}');
	rc = store_stub(&src->st, a->key, name, b.s, b.len, e);
	buf_free(&b);
	return rc;
}

static int
stub_store(struct request *a, struct err *e)
{
	const struct json none = { 0 };

	return a->status == 404 || a->status == 403 || a->status == 400 ?
	    stub_put(a, &none, e) : request_object(a, stub_put, e);
}

const struct reader stub_reader = { .id = READ_STUBS,
    .page = stub_page, .request = stub_request, .store = stub_store,
    .committed = reader_committed };

int
stub_insert(struct source *src, struct err *e)
{
	static const struct issue unknown = { .side = "extract",
	    .stream = "test_executions", .rule = "case-unknown" };
	const struct db_val pass = { .type = 'i', .i = src->st.pass };

	if (store_executions_join(&src->st, e) == -1)
		return -1;
	if (finding_remove_if(&src->finding, &unknown, "test_execution o"
	    " WHERE o.project = ?1 AND o.pass_seen <= ?2"
	    " AND o.id = CAST(issue.key AS BIGINT) AND o.case_key <> ''", &pass, e) == -1)
		return -1;
	return store_stubs(&src->st, src->ref, e);
}
