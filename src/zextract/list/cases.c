#include <string.h>

#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list.h"
#include "list/names.h"
#include "list/row.h"
#include "source.h"

/* Return the route to the script, the last word of testScript.self (zephyr-api.md
   3.7), or "" when the row does not say it. */
static const char *
cases_route(const struct json *raw)
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
cases_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	static const char *const links[] = { "issues", "webLinks", NULL };
	static const char *const texts[] = { "name", "objective",
	    "precondition", "createdOn", NULL };
	const char *route = cases_route(raw);
	struct store_row s;
	struct row r;
	int rc;

	if (row_open_keyed(&r, k->name, raw, links, key, e) == -1)
		return -1;
	json_del(&r.j, "testScript");
	row_labels(&r);
	row_texts(&r, texts);
	row_away(&r, "folder");
	row_dump(&r, route);
	row_put(&r, "project", ls->src->ref);
	row_put_name(&r, ls->names, NAME_PRIORITY, raw, "priority");
	row_put_name(&r, ls->names, NAME_STATUS, raw, "status");
	row_seal(&r, raw, &s);
	rc = row_store_rest(&r, ls->src, STREAM_CASES, s.key,
	    store_case(&ls->src->st, &s, route, e), e);
	row_free(&r);
	return rc;
}

const struct list_kind cases_list = {
	.name = "test_cases", .path = "/testcases", .query = "", .keyset = 1,
	.stream = STREAM_CASES, .row = cases_row, .table = "test_case",
	.key = "key", .seen = "pass_seen", .which = " AND state = 'listed'"
};
