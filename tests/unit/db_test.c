#include "test.h"

#include <signal.h>

#include "base/buf.h"
#include "base/time.h"
#include "both.h"
#include "io/db/db_back.h"

/* Create a table; abort if the database fails. */
static void
table(struct db *db)
{
	struct err e = { 0 };

	if (db_exec(db, &e, "CREATE TABLE t (k TEXT PRIMARY KEY, n BIGINT,"
	    " x DOUBLE PRECISION, b BYTEA)", "") == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
}

BOTH(values, "every kind of value is kept")
{
	struct err e = { 0 };
	struct db_query q;
	const char *p;
	size_t len;

	table(db);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k, n, x, b) VALUES"
	    " (?1, ?2, 0.1, ?3)", "sib", "h\xc3\xa9llo", INT64_C(-9007199254740993),
	    "\0\xff\x01", (size_t)3), 1);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k, n, x, b) VALUES"
	    " (?1, ?2, ?3, ?4)", "tssb", "nothing more", (size_t)7, NULL, NULL,
	    NULL, (size_t)0), 1);
	db_query(&q, db, "SELECT k, n, x, b FROM t ORDER BY n", "");
	CHECK(db_row(&q));
	if (db_null(&q, 1))	/* databases sort NULLs first or last */
		CHECK(db_row(&q));
	CHECK_STR(db_str(&q, 0), "h\xc3\xa9llo");
	CHECK_INT(db_int(&q, 1), INT64_C(-9007199254740993));
	CHECK_STR(db_str(&q, 2), "0.1");
	p = db_blob(&q, 3, &len);
	CHECK_INT(len, 3);
	CHECK(memcmp(p, "\0\xff\x01", 3) == 0);
	CHECK_INT(db_len(&q, 0), 6);
	CHECK_INT(db_done(&q, &e), 0);
	db_query(&q, db, "SELECT n, x, b, k FROM t WHERE k = ?1", "s",
	    "nothing");
	CHECK(db_row(&q));
	CHECK(db_null(&q, 0) && db_null(&q, 1) && db_null(&q, 2));
	CHECK_INT(db_int(&q, 0), 0);
	CHECK(db_str(&q, 0) == NULL);
	CHECK(!db_row(&q) && !db_row(&q));
	CHECK_INT(db_done(&q, &e), 0);
}

BOTH(columns, "an integer is compared with a text column, and a text with a BIGINT")
{
	struct err e = { 0 };
	int64_t n;

	table(db);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k, n) VALUES (?1, ?2)", "is",
	    INT64_C(42), "43"), 1);
	CHECK_INT(db_one(db, &n, -1, &e, "SELECT n FROM t WHERE k = ?1 AND"
	    " n = ?2", "is", INT64_C(42), "43"), 0);
	CHECK_INT(n, 43);
	CHECK_INT(db_one(db, &n, -1, &e, "SELECT n FROM t WHERE k = ?1", "i",
	    INT64_C(7)), 0);
	CHECK_INT(n, -1);
	CHECK_INT(db_one(db, &n, -1, &e, "SELECT n > 40 FROM t", ""), 0);
	CHECK_INT(n, 1);
	CHECK_INT(db_one(db, &n, -1, &e, "SELECT sum(n) FROM t LIMIT ?1", "i",
	    INT64_C(5)), 0);
	CHECK_INT(n, 43);
}

BOTH(texts, "NUL and bytes that are not UTF-8 are repaired, and ?1 in a literal is text")
{
	struct err e = { 0 };
	struct db_query q;

	table(db);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES (?1)", "t",
	    "a\0b\xff" "c\xc3\xa9 long enough to be quick \xe2\x82", (size_t)34),
	    1);
	db_query(&q, db, "SELECT k, 'it''s ?1 {now}' FROM t", "");
	CHECK(db_row(&q));
	CHECK_STR(db_str(&q, 0), "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xc3\xa9"
	    " long enough to be quick \xef\xbf\xbd\xef\xbf\xbd");
	CHECK_STR(db_str(&q, 1), "it's ?1 {now}");
	CHECK_INT(db_done(&q, &e), 0);
}

BOTH(clock, "the time is that of the database's clock")
{
	struct err e = { 0 };
	int64_t n, now = time_wall_ms();

	table(db);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT {now}", ""), 0);
	CHECK(n >= now - 5 && n < now + 5000);
}

static int
two_rows(struct db *db, void *arg, struct err *e)
{
	int64_t n;

	if (db_exec_async(db, e, "INSERT INTO t (k, n) VALUES ('a', 1)", "") == -1 ||
	    db_exec_async(db, e, "INSERT INTO t (k, n) VALUES ('b', 2)", "") == -1 ||
	    db_one(db, &n, 0, e, "SELECT count(*) FROM t", "") == -1)
		return -1;
	if (n != 2)
		return err_set(e, ZX_BUG, "%d rows", (int)n);
	return *(int *)arg;
}

BOTH(commits, "a transaction commits if its function returns 0 and is rolled back if it returns -1")
{
	struct err e = { 0 };
	int64_t n;
	int rc = -1;

	table(db);
	CHECK_INT(db_tx(db, two_rows, &rc, &e), -1);
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(n, 0);
	rc = 0;
	CHECK_INT(db_tx(db, two_rows, &rc, &e), 0);
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(n, 2);
}

static int
ignores(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	db_exec_async(db, NULL, "INSERT INTO t (k) VALUES ('a')", "");
	db_exec_async(db, NULL, "INSERT INTO t (k) VALUES ('a')", "");
	(void)e;
	return 0;
}

BOTH(dooms, "a transaction does not commit after a statement failed")
{
	struct err e = { 0 };
	int64_t n;

	table(db);
	CHECK_INT(db_tx(db, ignores, NULL, &e), -1);
	CHECK_INT(e.code, ZX_BUG);
	CHECK(strstr(e.msg, "UNIQUE") || strstr(e.msg, "unique"));
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(n, 0);
}

static int
many_puts(struct db *db, void *arg, struct err *e)
{
	int64_t i;
	char big[2000];

	(void)arg;
	memset(big, 'x', sizeof(big));
	for (i = 0; i < 3000; i++)
		if (db_exec_async(db, e, "INSERT INTO t (k, n, b) VALUES (?1, ?2, ?3)",
		    "iib", i, i, big, sizeof(big)) == -1)
			return -1;
	return 0;
}

BOTH(many, "thousands of rows are written without waiting for each")
{
	struct err e = { 0 };
	int64_t n;

	table(db);
	CHECK_INT(db_tx(db, many_puts, NULL, &e), 0);
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(n, 3000);
}

static int
some_rows(struct db *db, void *arg, struct err *e)
{
	static struct db_rows rows = { .shared = 1, .rest = "",
	    .into = "INSERT INTO rows (s, n, t)" };
	static const char text[] = "a\0b\xff";
	struct db_val v[1 + 2 * 20];
	int i, n = *(int *)arg;

	v[0] = (struct db_val){ .type = 's', .s = "shared" };
	for (i = 0; i < n; i++) {
		v[1 + 2 * i] = (struct db_val){ .type = i % 3 ? 'i' : 0,
		    .i = i };
		v[2 + 2 * i] = (struct db_val){ .type = i % 2 ? 't' : 's',
		    .s = text, .len = 1 + (size_t)i % 4 };
	}
	return db_exec_rows(db, e, &rows, v, n);
}

BOTH(rows, "many rows are written by few statements")
{
	struct err e = { 0 };
	int64_t n, before, after;
	int i;

	CHECK_INT(db_script(db, "CREATE TABLE rows (s TEXT, n BIGINT, t TEXT)",
	    &e), 0);
	for (i = 0; i <= 20; i++) {
		db_exec(db, &e, "DELETE FROM rows", "");
		before = db->statements;
		CHECK_INT(db_tx(db, some_rows, &i, &e), 0);
		after = db->statements;
		CHECK_INT(after - before, i / 8 + (i % 8 >= 4) +
		    (i % 4 >= 2) + i % 2);
		db_one(db, &n, -1, &e, "SELECT count(*) FROM rows"
		    " WHERE s = 'shared'", "");
		CHECK_INT(n, i);
		db_one(db, &n, -1, &e, "SELECT coalesce(sum(n), 0) * 100 +"
		    " count(*) - count(n) FROM rows", "");
		CHECK_INT(n, (i * (i - 1) / 2 - 3 * ((i + 2) / 3) *
		    ((i + 2) / 3 - 1) / 2) * 100 + (i + 2) / 3);
		db_one(db, &n, -1, &e, "SELECT count(*) FROM rows WHERE t ="
		    " 'a' OR t = 'a\xef\xbf\xbd' OR t ="
		    " 'a\xef\xbf\xbd" "b\xef\xbf\xbd'", "");
		CHECK_INT(n, i);
	}
}

BOTH(composed, "a statement is found by its text, wherever the text is in memory")
{
	char a[64], b[64];
	struct db_sql *first, *second;

	snprintf(a, sizeof(a), "SELECT n FROM t WHERE k = ?%d", 1);
	memcpy(b, a, sizeof(a));
	first = db_sql_get(db, a);
	CHECK(db_sql_get(db, b) == first);
	snprintf(a, sizeof(a), "SELECT x FROM t WHERE k = ?%d", 1);
	second = db_sql_get(db, a);
	CHECK(second != first);
	CHECK_STR(second->src, a);
	CHECK(db_sql_get(db, b) == first);
	first->busy = 1;
	CHECK(db_sql_get(db, b) != first);
	first->busy = 0;
}

BOTH(nested, "a query can run while another one is open, even the same one")
{
	struct err e = { 0 };
	struct db_query q, r;
	int i, rows = 0;
	int rc = 0;

	table(db);
	CHECK_INT(db_tx(db, two_rows, &rc, &e), 0);
	for (i = 0; i < 2; i++) {
		rows = 0;
		db_query(&q, db, "SELECT k FROM t ORDER BY k", "");
		while (db_row(&q)) {
			db_query(&r, db, "SELECT n FROM t WHERE k = ?1", "s",
			    db_str(&q, 0));
			while (db_row(&r))
				rows++;
			CHECK_INT(db_done(&r, &e), 0);
		}
		CHECK_INT(db_done(&q, &e), 0);
	}
	CHECK_INT(rows, 2);
}

BOTH(wrong, "the error of a wrong statement names it")
{
	struct err e = { 0 };
	int64_t n;

	table(db);
	CHECK_INT(db_exec(db, &e, "SELECT nothing FROM t", ""), -1);
	CHECK_INT(e.code, ZX_BUG);
	CHECK(strstr(e.msg, "nothing") != NULL);
	e = (struct err){ 0 };
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT n FROM t WHERE k = ?2", "s",
	    "x"), -1);
	CHECK_INT(e.code, ZX_BUG);
}

BOTH(scripts, "a script of several statements runs in or outside a transaction")
{
	struct err e = { 0 };
	int64_t n;

	table(db);
	CHECK_INT(db_script(db, "INSERT INTO t (k) VALUES ('1');"
	    " INSERT INTO t (k) VALUES ('2');", &e), 0);
	CHECK_INT(db_begin(db, &e), 0);
	CHECK_INT(db_script(db, "INSERT INTO t (k) VALUES ('3');"
	    " INSERT INTO t (k) VALUES ('4');", &e), 0);
	CHECK_INT(db_end(db, -1, &e), -1);
	CHECK_INT(db_one(db, &n, 9, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(n, 2);
}
