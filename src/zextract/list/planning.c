#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list.h"
#include "list/names.h"
#include "list/row.h"
#include "source.h"

/* Stores the rows of plans and cycles, which have the same form. */

static int
planning_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	static const char *const texts[] = { "name", "objective",
	    "description", "plannedStartDate", "plannedEndDate", NULL };
	struct store_row s;
	struct row r;
	int rc;

	if (row_open_keyed(&r, k->name, raw, k->links, key, e) == -1)
		return -1;
	if (k->stream == STREAM_PLANS)
		row_labels(&r);
	row_texts(&r, texts);
	row_away(&r, "folder");
	row_dump(&r, "");
	row_put(&r, "project", ls->src->ref);
	row_put_name(&r, ls->names, NAME_STATUS, raw, "status");
	row_seal(&r, raw, &s);
	rc = row_store_rest(&r, ls->src, (enum stream)k->stream, s.key,
	    k->store(&ls->src->st, &s, e), e);
	row_free(&r);
	return rc;
}

static const char *const plan_links[] = { "issues", "webLinks", "testCycles", NULL },
    *const cycle_links[] = { "issues", "webLinks", "testPlans", NULL };

const struct list_kind plans_list = {
	.name = "test_plans", .path = "/testplans", .query = "", .keyset = 1,
	.stream = STREAM_PLANS, .row = planning_row, .links = plan_links,
	.store = store_plan, .table = "test_plan", .key = "key",
	.seen = "pass_seen", .which = ""
};
const struct list_kind cycles_list = {
	.name = "test_cycles", .path = "/testcycles", .query = "", .keyset = 1,
	.stream = STREAM_CYCLES, .row = planning_row, .links = cycle_links,
	.store = store_cycle, .table = "test_cycle", .key = "key",
	.seen = "pass_seen", .which = ""
};
