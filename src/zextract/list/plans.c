#include "domain/stream/stream.h"

#include "extract.h"
#include "list/list.h"
#include "list/planning.h"

static int
plan_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	static const char *const links[] =
	    { "issues", "webLinks", "testCycles", NULL };

	return planning_row(x, raw, STREAM_PLANS, links, store_plan, key, e);
}

const struct list_kind plans_list = {
	.name = "test_plans", .path = "/testplans", .query = "", .keyset = 1,
	.stream = STREAM_PLANS, .row = plan_row,
	.count_sql = "SELECT count(*) FROM test_plan WHERE project = ?1"
	    " AND pass_seen = ?2",
	.unsee_sql = "UPDATE test_plan SET pass_seen = pass_seen - 1"
	    " WHERE project = ?1 AND pass_seen = ?2 AND key NOT IN"
	    " (SELECT key FROM sweep WHERE project = ?1 AND scope = ?3"
	    " AND n = ?4)"
};
