#include "test.h"

#include "both.h"
#include "domain/checkpoint.h"
#include "domain/pass.h"
#include "domain/schema.h"
#include "domain/store/store.h"
#include "domain/store/store_case.h"
#include "domain/store/store_child.h"
#include "domain/store/store_run.h"
#include "io/hash.h"

static struct store
store(struct db *db)
{
	struct store st = { db, "DEMO", 1 };
	struct err e = { 0 };

	if (schema_ready(db, &e) == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
	return st;
}

static struct store_row
row(const char *key, int64_t id, const char *head)
{
	struct store_row r = { .key = key, .name = "a name", .id = id,
	    .head = head, .len = strlen(head) };

	hash_text(head, r.len, r.head_hash);
	hash_text(head, r.len, r.row_hash);
	return r;
}

static int64_t
number(struct db *db, const char *sql)
{
	struct err e = { 0 };
	int64_t n = -1;

	if (db_one(db, &n, -1, &e, sql, "") == -1)
		printf("# %s\n", e.msg);
	return n;
}

BOTH(passes, "an open pass is continued, a sealed one kept, and the next opened on request")
{
	struct store st = store(db);
	struct err e = { 0 };
	struct pass p;

	CHECK_INT(pass_open(db, "DEMO", PASS_LAST, NULL, &p, &e), 0);
	CHECK_INT(p.n, 1);
	CHECK(!p.sealed && !p.resumed && p.opened_ms > 0);
	CHECK_INT(pass_open(db, "DEMO", PASS_NEXT, NULL, &p, &e), 0);
	CHECK_INT(p.n, 1);
	CHECK(p.resumed && !p.sealed);
	CHECK_INT(pass_seal(db, "DEMO", 1, "sealed", &e), 0);
	CHECK_INT(pass_open(db, "DEMO", PASS_LAST, NULL, &p, &e), 0);
	CHECK_INT(p.n, 1);
	CHECK(p.sealed && !p.resumed);
	CHECK_INT(pass_open(db, "DEMO", PASS_NEXT, NULL, &p, &e), 0);
	CHECK(!p.sealed);
	CHECK_INT(p.n, 2);
	CHECK(!p.resumed);
	CHECK_INT(pass_open(db, "OTHER", PASS_NEXT, NULL, &p, &e), 0);
	CHECK_INT(p.n, 1);
	(void)st;
}

BOTH(checkpoints, "the cursor of a stage and an unknown total are kept")
{
	struct store st = store(db);
	const struct checkpoint_of of = { db, "extract", "DEMO", 1 };
	struct checkpoint c = { "k s 4711 1000", 12, -1, "open" }, got;
	struct err e = { 0 };

	CHECK_INT(checkpoint_get(&of, "list:x", &got, &e), 0);
	CHECK_INT(got.total, -1);
	CHECK_INT(checkpoint_put(&of, "list:x", &c, &e), 0);
	CHECK_INT(checkpoint_get(&of, "list:x", &got, &e), 1);
	CHECK_STR(got.cursor, c.cursor);
	CHECK_INT(got.seen, 12);
	CHECK_INT(got.total, -1);
	c.total = INT64_C(5000000000);
	CHECK_INT(checkpoint_put(&of, "list:x", &c, &e), 0);
	CHECK_INT(checkpoint_get(&of, "list:x", &got, &e), 1);
	CHECK_INT(got.total, INT64_C(5000000000));
	CHECK_INT(checkpoint_drop(&of, "list:x", &e), 0);
	CHECK_INT(checkpoint_get(&of, "list:x", &got, &e), 0);
	(void)st;
}

BOTH(news, "a row is new, the same, or changed; only a change of the row makes "
    "its script unread")
{
	struct store st = store(db);
	struct store_row r = row("DEMO-T7", INT64_C(5000000000), "{\"a\":1}");
	struct err e = { 0 };

	r.folder_id = INT64_C(6000000000);
	CHECK_INT(store_case(&st, &r, "teststeps", &e), STORE_NEW);
	CHECK_INT(store_case(&st, &r, "teststeps", &e), STORE_SAME);
	CHECK_INT(number(db, "SELECT folder_id FROM test_case"),
	    INT64_C(6000000000));
	CHECK_INT(store_script(&st, "DEMO-T7", "none", "{}", 2, 0, &e), 0);
	st.pass = 2;
	CHECK_INT(store_case(&st, &r, "teststeps", &e), STORE_SAME);
	CHECK_INT(number(db, "SELECT pass_seen FROM test_case"), 2);
	CHECK_INT(number(db, "SELECT script_pass FROM test_case"), 1);
	/* a name of an id changed, the row did not */
	r.head = "{\"a\":2}";
	hash_text(r.head, r.len, r.head_hash);
	CHECK_INT(store_case(&st, &r, "teststeps", &e), STORE_CHANGED);
	CHECK_INT(number(db, "SELECT script_pass FROM test_case"), 1);
	CHECK_INT(number(db, "SELECT pass_changed FROM test_case"), 2);
	hash_text(r.head, r.len, r.row_hash);
	CHECK_INT(store_case(&st, &r, "testscript", &e), STORE_CHANGED);
	CHECK_INT(number(db, "SELECT count(*) FROM test_case"
	    " WHERE script_pass IS NULL AND route = 'testscript'"), 1);
}

BOTH(runs, "an execution that has not run has no results to read until it does")
{
	struct store st = store(db);
	struct store_execution x = { .case_key = "DEMO-T9", .case_id = 3 };
	struct err e = { 0 };

	x.row = row(NULL, 41, "{}");
	CHECK_INT(store_execution(&st, &x, &e), STORE_NEW);
	CHECK_INT(number(db, "SELECT count(*) FROM test_execution"
	    " WHERE results = '[]' AND script_pass = 1 AND step_slots IS NULL"), 1);
	x.wanted = 1;
	x.row = row(NULL, 41, "{\"executed\":true}");
	st.pass = 2;
	CHECK_INT(store_execution(&st, &x, &e), STORE_CHANGED);
	CHECK_INT(number(db, "SELECT count(*) FROM test_execution"
	    " WHERE results IS NULL AND script_pass IS NULL"), 1);
	CHECK_INT(store_results(&st, 41, "[{}]", 4, "1 -1 1 ff\n", NULL, &e), 0);
	CHECK_INT(store_execution(&st, &x, &e), STORE_SAME);
	CHECK_INT(number(db, "SELECT count(*) FROM test_execution"
	    " WHERE results = '[{}]' AND script_pass = 2"), 1);
	CHECK_INT(number(db, "SELECT case_num FROM test_execution"), 9);
}

BOTH(stubs, "cases that only executions refer to become stubs, and deleted ones are kept")
{
	struct store st = store(db);
	struct store_execution x = { 0 };
	struct store_row r = row("DEMO-T1", 1, "{\"key\":\"DEMO-T1\"}");
	struct err e = { 0 };
	char key[24];
	int i;

	CHECK_INT(store_case(&st, &r, "", &e), STORE_NEW);
	CHECK_INT(store_script(&st, "DEMO-T1", "none", "{}", 2, 0, &e), 0);
	st.pass = 2;	/* the list no longer contains DEMO-T1 */
	for (i = 1; i <= 600; i++) {
		snprintf(key, sizeof(key), "DEMO-T%d", i);
		x.case_key = key;
		x.row = row(NULL, i, "{}");
		CHECK_INT(store_execution(&st, &x, &e), STORE_NEW);
	}
	CHECK_INT(store_stubs(&st, "{\"id\":1,\"key\":\"DEMO\"}", &e), 0);
	CHECK_INT(number(db, "SELECT count(*) FROM test_case"
	    " WHERE state = 'stub' AND pass_seen = 2"), 599);
	CHECK_INT(number(db, "SELECT count(*) FROM test_case"
	    " WHERE state = 'gone' AND pass_seen = 2 AND head ="
	    " '{\"key\":\"DEMO-T1\"}'"), 1);
	CHECK_INT(number(db, "SELECT count(*) FROM test_case WHERE head ="
	    " '{\"id\":null,\"key\":\"DEMO-T600\",\"name\":\"DEMO-T600\","
	    "\"project\":{\"id\":1,\"key\":\"DEMO\"},\"stub\":true}'"), 1);
	CHECK_INT(store_stubs(&st, "{}", &e), 0);
	CHECK_INT(number(db, "SELECT count(*) FROM test_case"), 600);
	st.pass = 3;
	CHECK_INT(store_gone(&st, &e), 599);
}

BOTH(children, "custom fields with a value and links have their own rows")
{
	static const char text[] = "{\"customFields\":{\"A\":\"x\",\"B\":null,"
	    "\"C\":\"\",\"D\":[],\"E\":false,\"F\":0},\"links\":{\"issues\":"
	    "[{\"id\":1,\"issueId\":10017,\"target\":\"https://j/1\","
	    "\"type\":\"COVERAGE\"}],\"webLinks\":[{\"id\":2,\"url\":"
	    "\"https://w\",\"description\":\"d\"}]}}";
	struct store st = store(db);
	struct err e = { 0 };
	struct json j;

	CHECK_INT(json_parse(&j, text, sizeof(text) - 1, NULL, &e), 0);
	CHECK_INT(store_children(&st, STREAM_CASES, "DEMO-T1", &j, text,
	    sizeof(text) - 1, STORE_NEW, &e), 0);
	CHECK_INT(store_children(&st, STREAM_CASES, "DEMO-T1", &j, text,
	    sizeof(text) - 1, STORE_CHANGED, &e), 0);
	json_free(&j);
	CHECK_INT(number(db, "SELECT count(*) FROM custom_field"), 3);
	CHECK_INT(number(db, "SELECT count(*) FROM link WHERE (kind = 'issue'"
	    " AND n = 1 AND other_id = 10017 AND url = 'https://j/1') OR"
	    " (kind = 'web' AND n = 2 AND other_id = 2"
	    " AND url = 'https://w')"), 2);
}

BOTH(fields, "each of many custom fields has its name and its text")
{
	struct store st = store(db);
	struct err e = { 0 };
	struct buf text = { 0 };
	struct json j;
	int i;

	buf_puts(&text, "{\"customFields\":{");
	for (i = 10; i < 30; i++)
		buf_printf(&text, "\"f%d\":\"v\\\\%d\",", i, i);
	buf_puts(&text, "\"q\\\"\\u00e9\":[\"a, b\"],\"z\":1.5}}");
	CHECK_INT(json_parse(&j, text.s, text.len, NULL, &e), 0);
	buf_reset(&text);
	json_dump(&j, &text);
	CHECK_INT(store_children(&st, STREAM_CASES, "DEMO-T1", &j, text.s,
	    text.len, STORE_NEW, &e), 0);
	json_free(&j);
	buf_free(&text);
	CHECK_INT(number(db, "SELECT count(*) FROM custom_field"), 22);
	CHECK_INT(number(db, "SELECT count(*) FROM custom_field"
	    " WHERE value = '\"v\\\\' || substr(name, 2) || '\"'"), 20);
	CHECK_INT(number(db, "SELECT count(*) FROM custom_field WHERE"
	    " (name = 'q\"\u00e9' AND value = '[\"a, b\"]')"
	    " OR (name = 'z' AND value = '1.5')"), 2);
}

BOTH(sweeps, "two sweeps are equal if they read the same keys in any order")
{
	static const char *const seen[3][3] = { { "a", "b", "b" },
	    { "c", "a", "b" }, { "b", "c", "a" } };
	struct store st = store(db);
	struct err e = { 0 };
	int64_t n;
	int i, k;

	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++)
			CHECK_INT(store_sweep_mark(&st, "list:x", i + 1,
			    seen[i][k], &e), 0);
	CHECK_INT(store_sweep_count(&st, "list:x", 1, &n, &e), 0);
	CHECK_INT(n, 2);
	CHECK_INT(store_sweep_same(&st, "list:x", 2, &e), 0);
	CHECK_INT(store_sweep_same(&st, "list:x", 3, &e), 1);
	CHECK_INT(store_sweep_drop(&st, "list:x", 2, &e), 0);
	CHECK_INT(number(db, "SELECT count(*) FROM sweep"), 3);
}
