#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/row.h"
#include "project.h"
#include "request.h"
#include "source.h"
#include "todo.h"

static char *
project_ref(int64_t id, const char *key)
{
	struct buf b = { 0 };

	json_out_open(&b, NULL, '{');
	json_out_int(&b, "id", id);
	json_out_str(&b, "key", key);
	json_out_close(&b, '}');
	return buf_take(&b, NULL);
}

/* Return the host of a base URL, without its port, and its length in *n. */
static const char *
project_host(const char *url, size_t *n)
{
	const char *p = strstr(url, "://");

	p = p != NULL ? p + 3 : url;
	*n = strcspn(p, "/:");
	return p;
}

static int
project_refuse(struct source *src, const char *had, const char *has, struct err *e)
{
	return err_set(e, ZX_CONFIG, "%s contains project %s of another Zephyr (%s), not of %s; "
	    "use another database (--db) for this one",
	    db_where(src->db), src->st.project, had, has);
}

/*
 * Check that the project in the database belongs to this source: host and project id
 * (design.md 5).  id 0: Zephyr has not been asked for it yet.
 */
static int
project_check_source(struct source *src, int64_t id, struct err *e)
{
	const char *now, *a, *b;
	char *was = NULL, had[40], has[40];
	struct db_query q;
	int64_t was_id = 0;
	size_t n, m;
	int rc;

	db_query(&q, src->db, "SELECT id, source FROM project WHERE key = ?1", "s",
	    src->st.project);
	if (db_row(&q)) {
		was_id = db_int(&q, 0);
		was = mem_dup(db_str(&q, 1));
	}
	if ((rc = db_done(&q, e)) == -1 || was == NULL) {
		free(was);
		return rc;
	}
	now = zephyr_base(src->z);
	a = project_host(was, &n);
	b = project_host(now, &m);
	snprintf(had, sizeof(had), "project id %" PRId64, was_id);
	snprintf(has, sizeof(has), "project id %" PRId64, id);
	if (n != m || strncmp(a, b, n) != 0)
		rc = project_refuse(src, was, now, e);
	else if (id != 0 && id != was_id)
		rc = project_refuse(src, had, has, e);
	free(was);
	return rc;
}

int
project_open(struct source *src, struct err *e)
{
	struct db_query q;
	struct checkpoint c;
	int rc;

	if (project_check_source(src, 0, e) == -1)
		return -1;
	if ((rc = checkpoint_get(&src->at, "project", &c, e)) != 1)
		return rc;
	db_query(&q, src->db, "SELECT id FROM project WHERE key = ?1", "s",
	    src->st.project);
	if (db_row(&q))
		src->ref = project_ref(db_int(&q, 0), src->st.project);
	return db_done(&q, e);
}

static int
project_enabled(const struct json *j, const char *key, struct err *e)
{
	return json_bool(j, "enabled", 1) ? 0 : err_set(e, ZX_CONFIG, "Zephyr is disabled in "
	    "project %s; enable it in Jira (project settings, Zephyr)", key);
}

int
project_is_enabled(const char *path, const char *key, struct buf *body, struct err *e)
{
	struct json j = { 0 };
	int rc = zephyr_object(&j, path, body, e);

	if (rc == 0)
		rc = project_enabled(&j, key, e);
	json_free(&j);
	return rc;
}

/* Parse the answer for the project and check it.  404: the project does not exist or
   is not visible (zephyr-api.md 1.3). */
static int
project_source_check(struct request *a, struct json *j, struct err *e)
{
	const char *key = a->src->st.project;

	if (a->status == 404 || a->status == 400)
		return err_set(e, ZX_CONFIG, "Zephyr has no project %s, or the owner of the token "
		    "cannot see it, or Zephyr is not enabled for it; check -p KEY (a renamed "
		    "project keeps its first key)", key);
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_object(j, a->path, &a->body, e) == -1 ||
	    row_need(j, "projects", "id", JSON_NUM, e) == -1)
		return -1;
	return project_enabled(j, key, e);
}

static int
project_store(struct request *a, struct err *e)
{
	struct source *src = a->src;
	struct checkpoint c = { .total = -1, .state = "done" };
	struct json j = { 0 };
	struct row r = { 0 };
	int rc = -1;

	if (project_source_check(a, &j, e) == 0) {
		row_open(&r, &j, NULL);
		row_dump(&r, "");
		a->id = json_int(&j, "id", 0);
		if (project_check_source(src, a->id, e) == 0 &&
		    store_project(&src->st, a->id, json_int(&j, "jiraProjectId", 0),
		    zephyr_base(src->z), r.text.s, r.text.len, e) == 0 &&
		    pass_clock(src->db, src->st.project, src->pass.n, a->date_ms, e) == 0)
			rc = checkpoint_put(&src->at, "project", &c, e);
	}
	row_free(&r);
	json_free(&j);
	return rc;
}

static void
project_committed(struct request *a)
{
	a->reading->todo[READ_PROJECT].open = 0;
	free(a->src->ref);
	a->src->ref = project_ref(a->id, a->src->st.project);
}

static int
project_next(struct reading *reading, struct request **out, struct err *e)
{
	struct buf b = { 0 };

	(void)e;
	if (reading->src->ref != NULL || reading->todo[READ_PROJECT].open > 0)
		return 0;
	reading->todo[READ_PROJECT].open = 1;
	buf_puts(&b, "/projects/");
	http_escape(&b, reading->src->st.project);
	*out = request_new(reading, &project_reader, buf_take(&b, NULL));
	return 0;
}

const struct reader project_reader = { .id = READ_PROJECT,
    .next = project_next, .store = project_store, .committed = project_committed };
