#include "test.h"

#include "both.h"
#include "domain/schema.h"
#include "domain/store/store_case.h"
#include "io/hash.h"

#include "../../src/zextract/read/call_depth.c"

/* Store cases by number, and calls as pairs of caller and called case. */
static struct store
cases(struct db *db, int n, const int (*calls)[2], int ncalls)
{
	struct store st = { db, "D", 1 };
	struct store_row r = { .name = "n", .head = "{}", .len = 2 };
	struct err e = { 0 };
	char key[16], called[16];
	int i, rc = schema_ready(db, &e);

	for (i = 1; i <= n && rc != -1; i++) {
		snprintf(key, sizeof(key), "D-T%d", i);
		r.key = key;
		r.id = i;
		rc = store_case(&st, &r, "", &e) == -1 ? -1 :
		    store_script(&st, key, "none", "{}", 2, 0, &e);
	}
	for (i = 0; i < ncalls && rc != -1; i++) {
		struct store_step s = { .n = i + 1, .called = called };

		snprintf(key, sizeof(key), "D-T%d", calls[i][0]);
		snprintf(called, sizeof(called), "D-T%d", calls[i][1]);
		rc = store_steps(&st, key, &s, 1, &e);
	}
	if (rc != -1)
		rc = call_depth_assign(&st, &e);
	if (rc == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
	return st;
}

/* Return "1:0 2:1 ..." and "caller>called" of the calls that were cut. */
static const char *
levels(struct db *db)
{
	static char out[400];
	struct db_query q;
	size_t n = 0;

	*out = '\0';
	db_query(&q, db, "SELECT num, level FROM test_case"
	    " WHERE pass_seen = (SELECT max(pass_seen) FROM test_case)"
	    " ORDER BY num", "");
	while (db_row(&q))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%d:%d",
		    n ? " " : "", (int)db_int(&q, 0), (int)db_int(&q, 1));
	db_done(&q, NULL);
	db_query(&q, db, "SELECT case_key, called_key FROM test_step"
	    " WHERE cut = 1 ORDER BY case_key, n", "");
	while (db_row(&q))
		n += (size_t)snprintf(out + n, sizeof(out) - n, " %s>%s",
		    db_str(&q, 0), db_str(&q, 1));
	db_done(&q, NULL);
	return out;
}

BOTH(chain, "the depth of a called case is the longest path from a caller")
{
	static const int calls[][2] = { { 1, 2 }, { 2, 3 }, { 1, 3 },
	    { 4, 3 }, { 5, 99 } };

	cases(db, 6, calls, 5);
	CHECK_STR(levels(db), "1:2 2:1 3:0 4:1 5:0 6:0");
}

BOTH(loop, "a cycle is broken at one call, the one back to its lowest case")
{
	static const int calls[][2] = { { 3, 5 }, { 5, 4 }, { 4, 3 },
	    { 1, 3 }, { 6, 6 } };

	cases(db, 6, calls, 5);
	CHECK_STR(levels(db), "1:4 2:0 3:3 4:1 5:2 6:0 D-T4>D-T3 D-T6>D-T6");
}

BOTH(loops, "cycles that share a case, and two calls of one pair, are broken")
{
	static const int calls[][2] = { { 1, 2 }, { 2, 1 }, { 2, 1 },
	    { 2, 3 }, { 3, 2 }, { 4, 1 } };

	cases(db, 4, calls, 6);
	CHECK_STR(levels(db), "1:3 2:2 3:1 4:4 D-T2>D-T1 D-T2>D-T1 D-T3>D-T2");
}

BOTH(again, "computing the depths again gives the same result")
{
	static const int calls[][2] = { { 1, 2 }, { 2, 1 }, { 3, 1 } };
	struct store st = cases(db, 3, calls, 3);
	struct err e = { 0 };
	char first[400];

	snprintf(first, sizeof(first), "%s", levels(db));
	CHECK_INT(call_depth_assign(&st, &e), 0);
	CHECK_STR(levels(db), first);
}

BOTH(gone, "a deleted case that is still called keeps its depth")
{
	static const int calls[][2] = { { 1, 2 }, { 2, 3 } };
	struct store st = cases(db, 4, calls, 2);
	struct store_row r = { .key = "D-T1", .name = "n", .id = 1,
	    .head = "{}", .len = 2 };
	struct err e = { 0 };

	st.pass = 2;
	CHECK_INT(store_case(&st, &r, "", &e), STORE_SAME);
	CHECK_INT(call_depth_assign(&st, &e), 0);
	CHECK_STR(levels(db), "1:2 2:1 3:0");
	CHECK_INT(store_gone(&st, &e), 1);
}
