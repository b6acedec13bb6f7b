#include "io/json/json.h"

#include "list/list_kinds.h"
#include "list/row.h"
#include "source.h"

/* Stores the rows of reference lists: priorities, statuses of four types,
   environments. */

static int
lookups_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	struct store_name n = { .kind = k->kind, .scope = k->scope };
	struct row r;
	int rc;

	if (row_need(raw, k->kind, "id", JSON_NUM, e) == -1)
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
	rc = store_name(&ls->src->st, &n, e);
	row_free(&r);
	return rc;
}

#define LOOKUP(is, of)							\
	.kind = is, .scope = of, .stream = -1, .row = lookups_row,	\
	.table = "lookup", .key = "CAST(id AS TEXT)", .seen = "pass"
#define STATUS(of)							\
	.path = "/statuses", .query = "&statusType=" of,		\
	.which = " AND kind = 'status' AND scope = '" of "'", LOOKUP("status", of)

const struct list_kind priorities_list = {
	.name = "priorities", .path = "/priorities", .query = "",
	.which = " AND kind = 'priority'", LOOKUP("priority", "")
};
const struct list_kind environments_list = {
	.name = "environments", .path = "/environments", .query = "",
	.which = " AND kind = 'environment'", LOOKUP("environment", "")
};
const struct list_kind status_case_list = {
	.name = "case_statuses", STATUS("TEST_CASE")
};
const struct list_kind status_plan_list = {
	.name = "plan_statuses", STATUS("TEST_PLAN")
};
const struct list_kind status_cycle_list = {
	.name = "cycle_statuses", STATUS("TEST_CYCLE")
};
const struct list_kind status_execution_list = {
	.name = "execution_statuses", STATUS("TEST_EXECUTION")
};
