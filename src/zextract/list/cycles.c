#include "domain/stream/stream.h"

#include "extract.h"
#include "list/list.h"
#include "list/planning.h"

static int
cycle_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	static const char *const links[] =
	    { "issues", "webLinks", "testPlans", NULL };

	return planning_row(x, raw, STREAM_CYCLES, links, store_cycle, key, e);
}

const struct list_kind cycles_list = {
	.name = "test_cycles", .path = "/testcycles", .query = "",
	.keyset = 1, .stream = STREAM_CYCLES, .row = cycle_row,
	.count_sql = "SELECT count(*) FROM test_cycle WHERE project = ?1"
	    " AND pass_seen = ?2",
	.unsee_sql = "UPDATE test_cycle SET pass_seen = pass_seen - 1"
	    " WHERE project = ?1 AND pass_seen = ?2 AND key NOT IN"
	    " (SELECT key FROM sweep WHERE project = ?1 AND scope = ?3"
	    " AND n = ?4)"
};
