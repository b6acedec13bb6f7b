#include "io/json/json.h"

#include "extract.h"
#include "list/list.h"
#include "list/row.h"

/* Reference lists: priorities, statuses of four types, environments. */

static int
lookup(struct extract *x, const struct json *raw, const char *kind,
    const char *scope, struct buf *key, struct err *e)
{
	struct store_name n = { .kind = kind, .scope = scope };
	struct row r;
	int rc;

	if (row_need(raw, kind, "id", JSON_NUM, e) == -1)
		return -1;
	row_open(&r, raw, NULL);
	row_dump(&r, "");
	n.id = json_int(raw, "id", 0);
	n.name = json_str(raw, "name") ? json_str(raw, "name") : "";
	n.position = json_int(raw, "index", 0);
	n.is_default = json_bool(raw, "default", 0);
	n.archived = json_bool(raw, "archived", 0);
	n.line = r.text.s;
	n.len = r.text.len;
	buf_int(key, n.id);
	rc = store_name(&x->st, &n, e);
	row_free(&r);
	return rc;
}

static int
lookups_priority_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	return lookup(x, raw, "priority", "", key, e);
}

static int
lookups_environment_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	return lookup(x, raw, "environment", "", key, e);
}

static int
lookups_status_case_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	return lookup(x, raw, "status", "TEST_CASE", key, e);
}

static int
lookups_status_plan_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	return lookup(x, raw, "status", "TEST_PLAN", key, e);
}

static int
lookups_status_cycle_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	return lookup(x, raw, "status", "TEST_CYCLE", key, e);
}

static int
lookups_status_execution_row(struct extract *x, const struct json *raw,
    struct buf *key, struct err *e)
{
	return lookup(x, raw, "status", "TEST_EXECUTION", key, e);
}

#define LOOKUP(which)							\
	.stream = -1,							\
	.count_sql = "SELECT count(*) FROM lookup WHERE project = ?1"	\
	    " AND pass = ?2 AND " which,				\
	.unsee_sql = "UPDATE lookup SET pass = pass - 1"		\
	    " WHERE project = ?1 AND pass = ?2 AND " which		\
	    " AND CAST(id AS TEXT) NOT IN (SELECT key FROM sweep"	\
	    " WHERE project = ?1 AND scope = ?3 AND n = ?4)"

const struct list_kind priorities_list = {
	.name = "priorities", .path = "/priorities", .query = "",
	.row = lookups_priority_row, LOOKUP("kind = 'priority'")
};
const struct list_kind environments_list = {
	.name = "environments", .path = "/environments", .query = "",
	.row = lookups_environment_row, LOOKUP("kind = 'environment'")
};
const struct list_kind status_case_list = {
	.name = "case_statuses", .path = "/statuses",
	.query = "&statusType=TEST_CASE", .row = lookups_status_case_row,
	LOOKUP("kind = 'status' AND scope = 'TEST_CASE'")
};
const struct list_kind status_plan_list = {
	.name = "plan_statuses", .path = "/statuses",
	.query = "&statusType=TEST_PLAN", .row = lookups_status_plan_row,
	LOOKUP("kind = 'status' AND scope = 'TEST_PLAN'")
};
const struct list_kind status_cycle_list = {
	.name = "cycle_statuses", .path = "/statuses",
	.query = "&statusType=TEST_CYCLE", .row = lookups_status_cycle_row,
	LOOKUP("kind = 'status' AND scope = 'TEST_CYCLE'")
};
const struct list_kind status_execution_list = {
	.name = "execution_statuses", .path = "/statuses",
	.query = "&statusType=TEST_EXECUTION", .row = lookups_status_execution_row,
	LOOKUP("kind = 'status' AND scope = 'TEST_EXECUTION'")
};
