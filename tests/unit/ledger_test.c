#include "both.h"
#include "base/mem.h"
#include "domain/ledger/ledger.h"
#include "domain/ledger/target.h"
#include "domain/schema.h"

static struct db *own;
static struct err e;
static struct ledger l;

static int
fresh(void)
{
	static char target[] = "qtest.example/7";

	db_close(own);
	own = NULL;
	if (db_open(&own, "sqlite::memory:", 0, &e) == -1 ||
	    schema_ready(own, &e) == -1)
		return -1;
	l = (struct ledger){ .db = own, .target = target, .project = "X",
	    .run = "r1", .map = "m1" };
	return 0;
}

static struct effect
effect(const char *kind, const char *ekey, const char *skey, int64_t ord,
    const char *want)
{
	struct effect f = { .kind = mem_dup(kind), .ekey = mem_dup(ekey),
	    .stream = mem_dup("test_cases"), .skey = mem_dup(skey),
	    .needs = mem_dup("[]"), .map = mem_dup("m1"), .desired_hash = mem_dup(want),
	    .phase = 1, .ord = ord };

	return f;
}

/* Set one desired effect; return the result of ledger_set_desired. */
static int
want(const char *ekey, const char *skey, int64_t ord, const char *hash)
{
	struct effect f = effect("case", ekey, skey, ord, hash);
	int changed = -1;

	if (ledger_set_desired(&l, &f, &changed, &e) == -1)
		changed = -1;
	effect_free(&f);
	return changed;
}

static int
done(const char *ekey, const char *hash, int64_t id)
{
	struct effect f = effect("case", ekey, ekey, 0, hash);
	int rc;

	f.id = id;
	rc = ledger_intent(&l, &f, hash, VERB_CREATE, "/test-cases", "{}", &e);
	if (rc == 0)
		rc = ledger_done(&l, &f, 0, &e);
	effect_free(&f);
	return rc;
}

static const char *
state(const char *ekey)
{
	static char s[16];
	struct effect f;

	snprintf(s, sizeof(s), "none");
	if (ledger_find(&l, "case", ekey, &f, &e) == 1) {
		snprintf(s, sizeof(s), "%s", effect_state_names[f.state]);
		effect_free(&f);
	}
	return s;
}

TEST("an effect is pending, then intent, then done, and stays so")
{
	CHECK(fresh() == 0);
	CHECK_INT(want("X-T1", "X-T1", 16, "aa"), 1);
	CHECK_STR(state("X-T1"), "pending");
	CHECK(done("X-T1", "aa", 41) == 0);
	CHECK_STR(state("X-T1"), "done");
	CHECK_INT(want("X-T1", "X-T1", 16, "aa"), 0);
	CHECK_STR(state("X-T1"), "done");
}

TEST("another body makes an effect pending again and keeps the id")
{
	struct effect f;

	CHECK(fresh() == 0);
	want("X-T1", "X-T1", 16, "aa");
	CHECK(done("X-T1", "aa", 41) == 0);
	CHECK_INT(want("X-T1", "X-T1", 16, "bb"), 1);
	CHECK(ledger_find(&l, "case", "X-T1", &f, &e) == 1);
	CHECK_INT(f.state, STATE_PENDING);
	CHECK_INT(f.id, 41);
	CHECK_STR(f.hash, "aa");
	effect_free(&f);
	CHECK_INT(want("X-T1", "X-T1", 16, "aa"), 1);
	CHECK_STR(state("X-T1"), "done");
}

TEST("an effect that changes while its request is in flight is pending afterwards")
{
	struct effect f = effect("case", "X-T1", "X-T1", 16, "aa");

	CHECK(fresh() == 0);
	want("X-T1", "X-T1", 16, "aa");
	CHECK(ledger_intent(&l, &f, "aa", VERB_CREATE, "/test-cases", "{}", &e) == 0);
	want("X-T1", "X-T1", 16, "bb");
	CHECK_STR(state("X-T1"), "intent");
	f.id = 5;
	CHECK(ledger_done(&l, &f, 0, &e) == 0);
	CHECK_STR(state("X-T1"), "pending");
	effect_free(&f);
}

TEST("an effect edited in qTest is kept until the edit is reverted")
{
	CHECK(fresh() == 0);
	want("X-T1", "X-T1", 16, "aa");
	CHECK(done("X-T1", "aa", 41) == 0);
	want("X-T1", "X-T1", 16, "bb");
	CHECK(ledger_keep(&l, "case", "X-T1", "edited", &e) == 0);
	CHECK_INT(want("X-T1", "X-T1", 16, "bb"), 0);
	CHECK_STR(state("X-T1"), "done");
	CHECK(ledger_unkeep(&l, &e) == 0);
	CHECK_STR(state("X-T1"), "pending");
}

TEST("failed and skipped effects are tried again by the next run")
{
	CHECK(fresh() == 0);
	want("X-T1", "X-T1", 16, "aa");
	want("X-T2", "X-T2", 32, "aa");
	CHECK(ledger_fail(&l, "case", "X-T1", STATE_FAILED, "400", 400, &e) == 0);
	CHECK(ledger_fail(&l, "case", "X-T2", STATE_SKIPPED, "needs", 0, &e) == 0);
	CHECK_INT(want("X-T1", "X-T1", 16, "aa"), 0);
	CHECK_STR(state("X-T1"), "failed");
	CHECK(ledger_retry(&l, &e) == 0);
	CHECK_STR(state("X-T1"), "pending");
	CHECK_STR(state("X-T2"), "pending");
}

TEST("pages are in order and contain each row once, also with equal places")
{
	struct ledger_place at = { 0, 0, NULL, NULL };
	struct effect page[2];
	char seen[64] = "", key[16];
	int i, n;

	CHECK(fresh() == 0);
	for (i = 5; i > 0; i--) {
		snprintf(key, sizeof(key), "k%d", i);
		want(key, key, 16, "aa");
	}
	while ((n = ledger_next(&l, &at, INT64_MAX, 2, page, &e)) > 0)
		for (i = 0; i < n; i++) {
			strncat(seen, page[i].ekey, sizeof(seen) - strlen(seen) - 1);
			free(at.kind);
			free(at.ekey);
			at.phase = page[i].phase;
			at.ord = page[i].ord;
			at.kind = mem_dup(page[i].kind);
			at.ekey = mem_dup(page[i].ekey);
			effect_free(&page[i]);
		}
	free(at.kind);
	free(at.ekey);
	CHECK_INT(n, 0);
	CHECK_STR(seen, "k1k2k3k4k5");
}

/* Store a target row of pass 3 with a body of n characters. */
static int
put_body(const char *ekey, size_t n)
{
	struct target t = { .kind = mem_dup("case"), .ekey = mem_dup(ekey),
	    .skey = mem_dup(ekey), .needs = mem_dup("[]"), .grade = mem_dup("exact"),
	    .stream = STREAM_CASES, .ord = 16, .pass = 3, .hash = "aa" };
	int rc;

	t.body = mem_zalloc(n + 1);
	memset(t.body, 'x', n);
	rc = target_put(own, "X", "m1", &t, &e);
	target_free(&t);
	return rc;
}

TEST("an effect is read with the body of its target row, unless that is long")
{
	struct ledger_place at = { 0, 0, NULL, NULL };
	struct effect page[4], approve = effect("approve", "k1", "k1", 16, "aa");
	int i, n, changed;

	CHECK(fresh() == 0);
	want("k1", "k1", 16, "aa");
	want("k2", "k2", 16, "aa");
	want("k3", "k3", 16, "aa");
	CHECK(ledger_set_desired(&l, &approve, &changed, &e) == 0);
	CHECK(put_body("k1", 5) == 0 && put_body("k2", LEDGER_BODY_MAX + 1) == 0);
	n = ledger_next(&l, &at, INT64_MAX, 4, page, &e);
	CHECK_INT(n, 4);
	CHECK(page[0].type == KIND_APPROVE && page[0].body == NULL);
	CHECK_INT(page[0].pass, 3);
	CHECK_STR(page[1].body, "xxxxx");
	CHECK_STR(page[1].body_hash, "aa");
	CHECK_INT(page[1].pass, 3);
	CHECK(page[2].body == NULL && page[2].pass == 3);
	CHECK(page[3].body == NULL && page[3].pass == 0);
	for (i = 0; i < n; i++)
		effect_free(&page[i]);
	effect_free(&approve);
}

TEST("two projects do not see each other's rows in one target")
{
	CHECK(fresh() == 0);
	want("@root", "1", 16, "aa");
	CHECK(done("@root", "aa", 41) == 0);
	l.project = "Y";
	CHECK_STR(state("@root"), "none");
	CHECK_INT(want("@root", "1", 16, "aa"), 1);
	CHECK(done("@root", "aa", 42) == 0);
	l.project = "X";
	CHECK_STR(state("@root"), "done");
}

TEST("two targets do not see each other's rows")
{
	static char other[] = "qtest.example/8";

	CHECK(fresh() == 0);
	want("X-T1", "X-T1", 16, "aa");
	CHECK(done("X-T1", "aa", 41) == 0);
	l.target = other;
	CHECK_STR(state("X-T1"), "none");
	CHECK_INT(want("X-T1", "X-T1", 16, "aa"), 1);
	CHECK_STR(state("X-T1"), "pending");
}

BOTH(forget_calls, "the steps of cases that call others are forgotten, the rest is kept")
{
	static const struct { const char *ekey, *steps; int kept; } t[] = {
		{ "none", "{\"called\":{},\"calls\":{},\"steps\":[[7,\"aa\"]]}", 1 },
		{ "unread", "{\"called\":{\"1\":5},\"steps\":[[7,\"aa\"]]}", 1 },
		{ "calls", "{\"called\":{\"1\":5},\"calls\":{\"1\":[[8,0,1]]},\"steps\":[]}", 0 },
		{ "below", "{\"called\":{\"1\":{\"calls\":{\"1\":2}}},\"calls\":{},\"steps\":[]}", 1 },
	};
	static char target[] = "qtest.example/7";
	struct effect f;
	size_t i;
	int changed;

	CHECK(schema_ready(db, &e) == 0);
	l = (struct ledger){ .db = db, .target = target, .project = "X", .run = "r1",
	    .map = "m1" };
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		f = effect("approve", t[i].ekey, t[i].ekey, 16, "aa");
		CHECK(ledger_set_desired(&l, &f, &changed, &e) == 0 &&
		    ledger_steps(&l, t[i].ekey, t[i].steps, &e) == 0);
		effect_free(&f);
	}
	CHECK(ledger_forget_calls(&l, &e) == 0);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CHECK_INT(ledger_find(&l, "approve", t[i].ekey, &f, &e), 1);
		CHECK_INT(f.steps != NULL, t[i].kept);
		effect_free(&f);
	}
}

/* Write the intent of a case, and its end if id is not 0. */
static void
wrote(const char *ekey, enum effect_verb verb, int64_t id)
{
	struct effect f = effect("case", ekey, ekey, 16, "aa");

	f.id = id;
	CHECK(ledger_intent(&l, &f, "aa", verb, "/test-cases", "{}", &e) == 0);
	CHECK(id == 0 || ledger_done(&l, &f, 0, &e) == 0);
	effect_free(&f);
}
static int64_t
created(const char *ekey)
{
	int64_t n = -1;

	return db_one(l.db, &n, -1, &e, "SELECT CASE origin WHEN 'created' THEN 1"
	    " WHEN 'adopted' THEN 0 END FROM ledger WHERE ekey = ?1", "s", ekey) == 0 ? n : -2;
}

BOTH(origin, "the ledger tells which objects zload created")
{
	static char target[] = "qtest.example/7";

	CHECK(schema_ready(db, &e) == 0);
	l = (struct ledger){ .db = db, .target = target, .project = "X", .run = "r1",
	    .map = "m1" };
	want("made", "made", 16, "aa");
	wrote("made", VERB_CREATE, 5);
	wrote("made", VERB_UPDATE, 5);
	CHECK_INT(created("made"), 1);
	want("read back", "read back", 16, "aa");
	wrote("read back", VERB_CREATE, 0);
	wrote("read back", VERB_SAME, 6);
	CHECK_INT(created("read back"), 1);
	want("adopted", "adopted", 16, "aa");
	wrote("adopted", VERB_ADOPT, 7);
	wrote("adopted", VERB_UPDATE, 7);
	CHECK_INT(created("adopted"), 0);
	/* refused, then an object of the same name was used (--on-conflict skip) */
	want("existing", "existing", 16, "aa");
	wrote("existing", VERB_CREATE, 0);
	CHECK(ledger_fail(&l, "case", "existing", STATE_PENDING, NULL, 0, &e) == 0);
	wrote("existing", VERB_SAME, 8);
	CHECK_INT(created("existing"), 0);
}

BOTH(rolled_back, "an effect that was rolled back is pending again when it is desired")
{
	static char target[] = "qtest.example/7";
	int64_t n;
	struct effect f;

	CHECK(schema_ready(db, &e) == 0);
	l = (struct ledger){ .db = db, .target = target, .project = "X", .run = "r1",
	    .map = "m1" };
	want("a", "a", 16, "aa");
	wrote("a", VERB_CREATE, 5);
	CHECK(ledger_delete_intent(&l, "case", "a", 5, &e) == 0);
	CHECK(ledger_open_deletes(&l, &n, &e) == 0);
	CHECK_INT(n, 1);
	CHECK(ledger_delete_undo(&l, "case", "a", "locked", 400, &e) == 0);
	CHECK_STR(state("a"), "done");
	CHECK(ledger_delete_intent(&l, "case", "a", 5, &e) == 0 &&
	    ledger_rolled_back(&l, "case", "a", &e) == 0);
	CHECK_STR(state("a"), "rolled_back");
	CHECK_INT(want("a", "a", 16, "aa"), 1);
	CHECK_INT(ledger_find(&l, "case", "a", &f, &e), 1);
	CHECK_INT(f.state, STATE_PENDING);
	CHECK_INT(f.id, 0);
	effect_free(&f);
}
