#include <string.h>

#include "domain/store/store_case.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list_kinds.h"
#include "list/names.h"
#include "list/row.h"
#include "source.h"

/* Stores the rows of test cases, plans and cycles, which have a key. */

/* Return the route to the script, the last word of testScript.self (zephyr-api.md
   3.7), or "" when the row does not say it. */
static const char *
keyed_route(const struct json *raw)
{
	const char *self = json_str(raw, "testScript.self"), *word;

	word = self ? strrchr(self, '/') : NULL;
	if (word != NULL && strcmp(word, "/testscript") == 0)
		return "testscript";
	if (word != NULL && strcmp(word, "/teststeps") == 0)
		return "teststeps";
	return "";
}

static int
keyed_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	int is_case = k->stream == STREAM_CASES;
	const char *route = is_case ? keyed_route(raw) : "";
	struct store_row s;
	struct row r;
	int news;

	if (row_need(raw, k->name, "key", JSON_STR, e) == -1 ||
	    row_need(raw, k->name, "id", JSON_NUM, e) == -1)
		return -1;
	buf_puts(key, json_str(raw, "key"));
	row_open(&r, raw, k->links);
	if (is_case)
		json_del(&r.j, "testScript");
	if (k->stream != STREAM_CYCLES)
		row_labels(&r);
	row_texts(&r, k->texts);
	row_away(&r, "folder");
	row_dump(&r, route);
	row_put(&r, "project", ls->src->ref);
	if (is_case)
		row_put_name(&r, ls->names, NAME_PRIORITY, raw, "priority");
	row_put_name(&r, ls->names, NAME_STATUS, raw, "status");
	row_seal(&r, raw, &s);
	news = is_case ? store_case(&ls->src->st, &s, route, e) : k->store(&ls->src->st, &s, e);
	news = row_store_rest(&r, ls->src, (enum stream)k->stream, s.key, news, e);
	row_free(&r);
	return news;
}

static const char *const case_links[] = { "issues", "webLinks", NULL },
    *const plan_links[] = { "issues", "webLinks", "testCycles", NULL },
    *const cycle_links[] = { "issues", "webLinks", "testPlans", NULL };
static const char *const case_texts[] = { "name", "objective", "precondition", "createdOn",
	NULL }, *const planning_texts[] = { "name", "objective", "description",
	"plannedStartDate", "plannedEndDate", NULL };

#define KEYED(what)							\
	.name = "test_" what "s", .path = "/test" what "s", .query = "", \
	.keyset = 1, .row = keyed_row, .table = "test_" what, .key = "key", .seen = "pass_seen"

const struct list_kind cases_list = { KEYED("case"), .stream = STREAM_CASES,
	.links = case_links, .texts = case_texts, .which = " AND state = 'listed'" };
const struct list_kind plans_list = { KEYED("plan"), .stream = STREAM_PLANS,
	.links = plan_links, .texts = planning_texts, .store = store_plan, .which = "" };
const struct list_kind cycles_list = { KEYED("cycle"), .stream = STREAM_CYCLES,
	.links = cycle_links, .texts = planning_texts, .store = store_cycle, .which = "" };
