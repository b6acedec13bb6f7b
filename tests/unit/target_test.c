#include "both.h"
#include "domain/finding.h"
#include "domain/schema.h"
#include "domain/ledger/target.h"

static struct err e;

static int
read_text(struct target *t, const char *effect, int64_t seq, int n)
{
	struct json v = { 0 };
	int rc;

	e.code = 0;
	if (json_parse(&v, effect, strlen(effect), NULL, &e) == -1)
		return -1;
	rc = target_read(t, &v, STREAM_CASES, "X-T1", seq, n, &e);
	json_free(&v);
	return rc;
}

static const char one[] = "{\"kind\":\"case\",\"key\":\"X-T1\",\"order\":1,\"lane\":null,"
    "\"needs\":[\"module/folder:1\"],\"parent\":null,\"body\":{\"name\":\"N\",\"a\":1}}";
static const char two[] = "{\"kind\":\"module\",\"key\":\"folder:1\",\"lane\":\"module:root\","
    "\"needs\":[],\"parent\":{\"$ref\":\"module/@root\"},\"body\":{\"name\":\"M\"}}";

struct put {
	struct target	*t;
	const char	*map;
};

static int
put_tx(struct db *db, void *arg, struct err *err)
{
	struct put *p = arg;

	return target_put(db, "X", p->map, p->t, err);
}

static int
put(struct db *db, struct target *t, const char *map)
{
	struct put p = { t, map };

	return db_tx(db, put_tx, &p, &e);
}

TEST("an effect gives a row with body, parent, hash and place")
{
	struct target t;

	CHECK_INT(read_text(&t, one, 3, 2), 0);
	CHECK_STR(t.body, "{\"body\":{\"a\":1,\"name\":\"N\"},\"parent\":null}");
	CHECK_INT(t.ord, 50);
	CHECK_STR(t.needs, "[\"module/folder:1\"]");
	CHECK(t.lane == NULL);
	CHECK_INT(strlen(t.hash), 64);
	target_free(&t);
	target_free(&t);
	CHECK_INT(read_text(&t, two, 1, 0), 0);
	CHECK_STR(t.body, "{\"body\":{\"name\":\"M\"},\"parent\":{\"$ref\":\"module/@root\"}}");
	CHECK_STR(t.lane, "module:root");
	target_free(&t);
}

TEST("an object that is not an effect is refused")
{
	static const char *const bad[] = { "{}", "5", "{\"kind\":\"case\"}",
	    "{\"kind\":\"case\",\"key\":\"\",\"body\":{}}",
	    "{\"kind\":\"case\",\"key\":\"k\",\"body\":[]}",
	    "{\"kind\":\"case\",\"key\":\"k\",\"body\":{},\"needs\":{}}",
	    "{\"kind\":\"case\",\"key\":\"k\",\"body\":{},\"lane\":5}" };
	struct target t;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_INT(read_text(&t, bad[i], 1, 0), -1);
		CHECK_INT(e.code, ZX_DATA);
		target_free(&t);
	}
}

TEST("the effects of a record beyond its places share the last place")
{
	struct target t;

	CHECK_INT(read_text(&t, one, 1, 40), 0);
	CHECK_INT(t.ord, 2 * TARGET_EFFECTS - 1);
	target_free(&t);
}

BOTH(rows, "a row is read as it was written, and not written again without a change")
{
	struct target t, got;
	int64_t n;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(read_text(&t, one, 7, 1), 0);
	t.pass = 4;
	CHECK_INT(put(db, &t, "m"), 0);
	CHECK_INT(target_get(db, "X", "m", "case", "X-T1", &got, &e), 1);
	CHECK_STR(got.body, t.body);
	CHECK_STR(got.hash, t.hash);
	CHECK_STR(got.needs, t.needs);
	CHECK_STR(got.skey, "X-T1");
	CHECK(got.lane == NULL && got.changes == NULL);
	CHECK_INT(got.stream, STREAM_CASES);
	CHECK_INT(got.ord, 7 * 16 + 1);
	CHECK_INT(got.pass, 4);
	target_free(&got);
	/* the same effect elsewhere in the stream is not written again */
	t.ord = 5;
	CHECK_INT(put(db, &t, "m"), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT ord FROM target", ""), 0);
	CHECK_INT(n, 7 * 16 + 1);
	t.pass = 5;
	CHECK_INT(put(db, &t, "m"), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT ord FROM target", ""), 0);
	CHECK_INT(n, 5);
	CHECK_INT(target_own(db, "X", "m", &t, &e), 1);
	CHECK_INT(put(db, &t, "other"), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT count(*) FROM target", ""), 0);
	CHECK_INT(n, 2);
	CHECK_INT(target_get(db, "X", "m", "case", "X-T2", &got, &e), 0);
	target_free(&t);
}

/* Store the run of several executions from the record skey; return its owner. */
static int
bring(struct db *db, const char *skey, enum stream s, int64_t seq, int64_t pass,
    const char *body)
{
	struct target t, got;
	int mine = 0;

	if (read_text(&t, one, seq, 0) == -1)
		return -1;
	free(t.skey);
	t.skey = strdup(skey);
	t.stream = s;
	t.pass = pass;
	snprintf(t.hash, sizeof(t.hash), "%s", body);
	free(t.body);
	t.body = strdup(body);
	if (put(db, &t, "m") == -1 ||
	    target_get(db, "X", "m", "case", "X-T1", &got, &e) != 1)
		return -1;
	mine = strcmp(got.skey, skey) == 0 && strcmp(got.body, body) == 0;
	if (target_own(db, "X", "m", &t, &e) != mine)
		mine = -1;
	target_free(&got);
	target_free(&t);
	return mine;
}

BOTH(owner, "of the records with the same effect the first in the stream decides on it")
{
	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(bring(db, "100", STREAM_CYCLES, 5, 1, "a"), 1);
	CHECK_INT(bring(db, "101", STREAM_CYCLES, 6, 1, "b"), 0);
	CHECK_INT(bring(db, "102", STREAM_EXECUTIONS, 1, 1, "c"), 0);
	CHECK_INT(bring(db, "100", STREAM_CYCLES, 9, 1, "d"), 1);
	CHECK_INT(bring(db, "99", STREAM_CYCLES, 4, 1, "e"), 1);
	CHECK_INT(bring(db, "100", STREAM_CYCLES, 5, 1, "a"), 0);
	CHECK_INT(bring(db, "98", STREAM_FOLDERS, 70, 1, "f"), 1);
	/* the next pass decides again, and an older one does not */
	CHECK_INT(bring(db, "101", STREAM_EXECUTIONS, 6, 2, "b"), 1);
	CHECK_INT(bring(db, "98", STREAM_FOLDERS, 70, 1, "f"), 0);
	/* corrected by hand, without a pass */
	CHECK_INT(bring(db, "101", STREAM_EXECUTIONS, 6, 0, "mended"), 1);
}

BOTH(pages, "pages are in order and contain every row once")
{
	struct target t, page[3];
	char key[32], last[32] = "";
	int64_t ord = -1, n;
	int i, m, seen = 0;

	CHECK_INT(schema_ready(db, &e), 0);
	for (i = 0; i < 10; i++) {
		CHECK_INT(read_text(&t, one, 9 - i / 2, 0), 0);
		snprintf(key, sizeof(key), "X-T%d", i);
		free(t.ekey);
		t.ekey = strdup(key);
		CHECK_INT(put(db, &t, "m"), 0);
		target_free(&t);
	}
	while ((m = target_page(db, "X", "m", STREAM_CASES, ord, last, 3, page, &e)) > 0)
		for (i = 0; i < m; i++, seen++) {
			n = page[i].ord;
			CHECK(n > ord || (n == ord && strcmp(page[i].ekey, last) > 0));
			ord = n;
			snprintf(last, sizeof(last), "%s", page[i].ekey);
			target_free(&page[i]);
		}
	CHECK_INT(m, 0);
	CHECK_INT(seen, 10);
}

static int
findings(struct db *db, void *arg, struct err *err)
{
	struct finding *f = arg;
	static const char changes[] = "[{\"change\":\"DROPPED\",\"field\":\"a\",\"reason\":\"r\"},"
	    "{\"change\":\"DROPPED\",\"field\":\"a\",\"reason\":\"again\"}]";
	struct json v = { 0 };
	int rc;

	(void)db;
	if (json_parse(&v, changes, sizeof(changes) - 1, NULL, err) == -1)
		return -1;
	rc = finding_losses(f, STREAM_CASES, "X-T1", &v, err);
	json_free(&v);
	if (rc == -1 ||
	    finding_issue(f, "source", STREAM_CASES, "X-T1", "r1", "warning", "w", err) == -1 ||
	    finding_reject(f, "s", STREAM_CASES, "X-T1", "r1", "why", "h1", NULL, NULL, err) == -1 ||
	    finding_override_put(f, STREAM_CASES, "X-T1", "h1", "{\"a\":1}", 7, err) == -1)
		return -1;
	return 0;
}

static int
clear(struct db *db, void *arg, struct err *err)
{
	struct finding *f = arg;

	(void)db;
	if (finding_forget(f, "source", STREAM_CASES, "X-T1", NULL, err) == -1 ||
	    finding_clear_losses(f, STREAM_CASES, "X-T1", err) == -1)
		return -1;
	return finding_clear_rejects(f, "s", STREAM_CASES, "X-T1", err);
}

static int
loaded(struct db *db, void *arg, struct err *err)
{
	(void)db;
	return finding_clear_loaded(arg, STREAM_CASES, "X-T1", err);
}

BOTH(kept, "the rejects of a record at zload stay until all its effects are done")
{
	struct finding f;
	int64_t n;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK(db_exec(db, &e, "INSERT INTO reject (project, stream, key, stage, rule, reason, at)"
	    " VALUES ('X', 'test_cases', 'X-T1', 'zload', 'qtest-400', 'no', 1),"
	    " ('X', 'test_cases', 'X-T1', 'zvalidate', 'name', 'no', 1)", "") == 2);
	CHECK(db_exec(db, &e, "INSERT INTO ledger (target, kind, ekey, project, stream, skey,"
	    " phase, ord, state, created_at) VALUES"
	    " ('q/1', 'case', 'X-T1', 'X', 'test_cases', 'X-T1', 1, 1, 'done', 1),"
	    " ('q/1', 'approve', 'X-T1', 'X', 'test_cases', 'X-T1', 1, 1, 'failed', 1)", "") == 2);
	CHECK_INT(finding_open(&f, db, "X", "run", &e), 0);
	CHECK_INT(db_tx(db, loaded, &f, &e), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT count(*) FROM reject", ""), 0);
	CHECK_INT(n, 2);
	CHECK(db_exec(db, &e, "UPDATE ledger SET state = 'done'", "") == 2);
	CHECK_INT(db_tx(db, loaded, &f, &e), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT count(*) FROM reject", ""), 0);
	CHECK_INT(n, 1);
}

BOTH(known, "a finding is stored once, recognised, and removed when it no longer occurs")
{
	struct finding f;
	struct json rec = { 0 };
	int64_t n;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(finding_open(&f, db, "X", "run", &e), 0);
	CHECK_INT(finding_known(&f, "s", STREAM_CASES, "X-T1", "r1", "why", "h1", &e), 0);
	CHECK_INT(db_tx(db, findings, &f, &e), 0);
	CHECK_INT(db_tx(db, findings, &f, &e), 0);
	CHECK_INT(finding_open(&f, db, "X", "run", &e), 0);
	CHECK_INT(f.issues, 1);
	CHECK_INT(f.losses, 1);
	CHECK_INT(f.rejects, 1);
	CHECK_INT(f.overrides, 1);
	CHECK_INT(finding_known(&f, "s", STREAM_CASES, "X-T1", "r1", "why", "h1", &e), 1);
	CHECK_INT(finding_known(&f, "s", STREAM_CASES, "X-T1", "r1", "why", "h2", &e), 0);
	CHECK_INT(finding_known(&f, "s", STREAM_CASES, "X-T1", "r1", "other", "h1", &e), 0);
	CHECK_INT(finding_override(&f, STREAM_CASES, "X-T1", "h1", &rec, &e), 1);
	CHECK_INT(json_int(&rec, "a", 0), 1);
	json_free(&rec);
	CHECK_INT(finding_override(&f, STREAM_CASES, "X-T1", "h2", &rec, &e), 0);
	CHECK_INT(db_tx(db, clear, &f, &e), 0);
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT (SELECT count(*) FROM issue)"
	    " + (SELECT count(*) FROM loss) + (SELECT count(*) FROM reject)", ""), 0);
	CHECK_INT(n, 0);
}
