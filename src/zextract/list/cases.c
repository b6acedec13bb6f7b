#include <string.h>

#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "extract.h"
#include "list/list.h"
#include "list/names.h"
#include "list/row.h"

/* Where the script is: the last word of testScript.self (zephyr-api.md 3.7). */
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

static void
cases_head(struct extract *x, const struct json *raw, struct row *r)
{
	struct buf b = { 0 };

	row_put(r, "project", x->ref, strlen(x->ref));
	row_name(x->names, NAME_PRIORITY, raw, "priority", "priority",
	    &r->odd, &b);
	row_put(r, "priority", b.s, b.len);
	buf_reset(&b);
	row_name(x->names, NAME_STATUS, raw, "status", "status", &r->odd, &b);
	row_put(r, "status", b.s, b.len);
	buf_free(&b);
	row_seal(r);
}

static int
case_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	static const char *const links[] = { "issues", "webLinks", NULL };
	static const char *const texts[] = { "name", "objective",
	    "precondition", "createdOn", NULL };
	const char *where = cases_route(raw);
	struct store_row s = { 0 };
	struct row r;
	int news;

	if (row_need(raw, "test_cases", "key", JSON_STR, e) == -1 ||
	    row_need(raw, "test_cases", "id", JSON_NUM, e) == -1)
		return -1;
	s.key = json_str(raw, "key");
	buf_puts(key, s.key);
	row_open(&r, raw, links);
	json_del(&r.j, "testScript");
	row_labels(&r);
	row_texts(&r, texts);
	row_away(&r, "folder");
	s.name = json_str(&r.j, "name") ? json_str(&r.j, "name") : "";
	row_dump(&r, where);
	cases_head(x, raw, &r);
	s.id = json_int(raw, "id", 0);
	s.folder_id = row_ref(raw, "folder");
	s.head = r.text.s;
	s.len = r.text.len;
	memcpy(s.head_hash, r.head_hash, sizeof(s.head_hash));
	memcpy(s.row_hash, r.row_hash, sizeof(s.row_hash));
	news = store_case(&x->st, &s, where, e);
	if (news != -1 && store_children(&x->st, STREAM_CASES, s.key, &r.j,
	    r.text.s, r.text.len, (enum store_news)news, e) == -1)
		news = -1;
	if (news != -1 && row_report(x, &r, STREAM_CASES, s.key, e) == -1)
		news = -1;
	row_free(&r);
	return news == -1 ? -1 : 0;
}

const struct list_kind cases_list = {
	.name = "test_cases", .path = "/testcases", .query = "", .keyset = 1,
	.stream = STREAM_CASES, .row = case_row,
	.count_sql = "SELECT count(*) FROM test_case WHERE project = ?1"
	    " AND pass_seen = ?2 AND state = 'listed'",
	.unsee_sql = "UPDATE test_case SET pass_seen = pass_seen - 1"
	    " WHERE project = ?1 AND pass_seen = ?2 AND state = 'listed'"
	    " AND key NOT IN (SELECT key FROM sweep WHERE project = ?1"
	    " AND scope = ?3 AND n = ?4)"
};
