#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/http.h"

#include "extract.h"
#include "row.h"

static char *
ref(int64_t id, const char *key)
{
	struct buf b = { 0 };

	buf_puts(&b, "{\"id\":");
	buf_int(&b, id);
	buf_puts(&b, ",\"key\":");
	buf_quote(&b, key, strlen(key));
	buf_putc(&b, '}');
	return buf_take(&b, NULL);
}

int
project_open(struct extract *x, struct err *e)
{
	struct db_query q;
	struct checkpoint c;
	int rc;

	if ((rc = checkpoint_get(&x->at, "project", &c, e)) != 1)
		return rc;
	db_query(&q, x->db, "SELECT id FROM project WHERE key = ?1", "s",
	    x->st.project);
	if (db_row(&q))
		x->ref = ref(db_int(&q, 0), x->st.project);
	return db_done(&q, e);
}

/* 404: no such project, or not ours to see (zephyr-api.md 1.3). */
static int
check(struct ask *a, struct json *j, struct err *e)
{
	const char *key = a->x->st.project;

	if (a->status == 404 || a->status == 400)
		return err_set(e, ZX_CONFIG, "Zephyr knows no project %s, or "
		    "the token's owner cannot see it, or Zephyr is not enabled"
		    " for it; a renamed project keeps its first key", key);
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_object(j, a->path, &a->body, e) == -1 ||
	    row_need(j, "projects", "id", JSON_NUM, e) == -1)
		return -1;
	if (!json_bool(j, "enabled", 1))
		return err_set(e, ZX_CONFIG, "Zephyr is disabled in project "
		    "%s; enable it in Jira (project settings, Zephyr)", key);
	return 0;
}

static int
take(struct ask *a, struct err *e)
{
	struct extract *x = a->x;
	struct checkpoint c = { .total = -1, .state = "done" };
	struct json j = { 0 };
	struct row r = { 0 };
	int rc = -1;

	if (check(a, &j, e) == 0) {
		row_open(&r, &j, NULL);
		row_dump(&r, "");
		a->id = json_int(&j, "id", 0);
		rc = store_project(&x->st, a->id,
		    json_int(&j, "jiraProjectId", 0), zephyr_base(x->z),
		    r.text.s, r.text.len, e);
	}
	if (rc == 0)
		rc = pass_clock(x->db, x->st.project, x->pass.n, a->date_ms, e);
	if (rc == 0)
		rc = checkpoint_put(&x->at, "project", &c, e);
	row_free(&r);
	json_free(&j);
	return rc;
}

static void
then(struct ask *a)
{
	free(a->x->ref);
	a->x->ref = ref(a->id, a->x->st.project);
}

static const struct ask_type project_ask = { take, then };

struct ask *
project_next(struct extract *x)
{
	struct buf b = { 0 };

	if (x->ref != NULL || x->project_asked)
		return NULL;
	x->project_asked = 1;
	buf_puts(&b, "/projects/");
	http_escape(&b, x->st.project);
	return ask_new(x, &project_ask, buf_take(&b, NULL));
}
