#include "test.h"

#include <time.h>

#include "base/log.h"
#include "both.h"

/* Databases that are busy, locked, restarted, gone, full, or of another program. */

static int
make_table(struct db *db, struct err *e)
{
	return db_exec(db, e, "CREATE TABLE t (k TEXT PRIMARY KEY, n BIGINT)",
	    "") == -1 || db_exec(db, e,
	    "INSERT INTO t (k, n) VALUES ('a', 0), ('b', 0)", "") == -1 ? -1 : 0;
}

static int
count(struct db *db, int64_t *n, struct err *e)
{
	return db_one(db, n, -1, e, "SELECT sum(n) FROM t", "");
}

/* Fork n children that run fn(i); return the number that did not end with 0. */
static int
crowd(int n, void (*fn)(int, void *), void *arg)
{
	int i, st, bad = 0;

	fflush(stdout);
	for (i = 0; i < n; i++) {
		if (fork() == 0) {
			fn(i, arg);
			_exit(0);
		}
	}
	while (n-- > 0) {
		if (wait(&st) == -1 || st != 0)
			bad++;
	}
	return bad;
}

static int
add_both(struct db *db, void *arg, struct err *e)
{
	const char *order = arg;
	int i;

	/* two rows in opposite order cause a deadlock if there are row locks */
	for (i = 0; i < 2; i++)
		if (db_exec(db, e, "UPDATE t SET n = n + 1 WHERE k = ?1", "t",
		    order + i, (size_t)1) == -1)
			return -1;
	return 0;
}

static void
adds(int i, void *arg)
{
	struct err e = { 0 };
	struct db *db = both_open(*(enum db_kind *)arg);
	char order[3] = "ab";
	int n;

	if (i % 2)
		memcpy(order, "ba", 2);
	for (n = 0; n < 5; n++) {
		if (db_tx(db, add_both, order, &e) == -1) {
			printf("# %s\n", e.msg);
			fflush(stdout);
			_exit(1);
		}
	}
	db_close(db);
}

BOTH(writers, "eight processes write at once, also after deadlocks")
{
	struct err e = { 0 };
	enum db_kind kind = db_kind(db);
	int64_t n;

	CHECK_INT(make_table(db, &e), 0);
	CHECK_INT(crowd(8, adds, &kind), 0);
	CHECK_INT(count(db, &n, &e), 0);
	CHECK_INT(n, 8 * 5 * 2);
}

static void
opens(int i, void *arg)
{
	struct err e = { 0 };
	struct db *db;

	if (db_open(&db, arg, DB_URL_PUBLIC, &e) == -1 || db_exec(db, &e,
	    "CREATE TABLE IF NOT EXISTS x (n BIGINT)", "") == -1 ||
	    db_exec(db, &e, "INSERT INTO x (n) VALUES (?1)", "i",
	    (int64_t)i) == -1) {
		printf("# %s\n", e.msg);
		fflush(stdout);
		_exit(1);
	}
	db_close(db);
}

TEST("eight processes open a new SQLite file at once")
{
	char url[400];
	int i;

	both_at(DB_SQLITE);
	for (i = 0; i < 10; i++) {
		snprintf(url, sizeof(url), "sqlite:%s/new%d.db", both_dir, i);
		CHECK_INT(crowd(8, opens, url), 0);
	}
}

TEST("the log of a SQLite database stays small while others read")
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_SQLITE), *other = both_open(DB_SQLITE);
	struct db_query q;
	char piece[100000], path[400];
	struct stat st;
	off_t most = 0;
	int i;

	memset(piece, 'x', sizeof(piece));
	snprintf(path, sizeof(path), "%s/t.db-wal", both_dir);
	CHECK_INT(db_exec(db, &e, "CREATE TABLE t (n BIGINT, b BYTEA)", ""), 0);
	for (i = 0; i < 1500; i++) {
		CHECK_INT(db_exec(db, &e, "INSERT INTO t (n, b) VALUES (?1, ?2)",
		    "ib", (int64_t)i, piece, sizeof(piece)), 1);
		db_query(&q, other, "SELECT n FROM t WHERE n >= ?1", "i",
		    (int64_t)i - 5);
		CHECK(db_row(&q));
		CHECK_INT(db_done(&q, &e), 0);
		if (stat(path, &st) == 0 && st.st_size > most)
			most = st.st_size;
	}
	CHECK(most > 0 && most < 40 * 1024 * 1024);
	db_close(other);
	db_close(db);
}

TEST("a reader that never ends does not stop a SQLite writer")
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_SQLITE), *other = both_open(DB_SQLITE);
	struct db_query q;
	char piece[100000];
	int i;

	memset(piece, 'x', sizeof(piece));
	CHECK_INT(db_exec(db, &e, "CREATE TABLE t (n BIGINT, b BYTEA)", ""), 0);
	for (i = 0; i < 500; i++) {
		CHECK_INT(db_exec(db, &e, "INSERT INTO t (n, b) VALUES (?1, ?2)",
		    "ib", (int64_t)i, piece, sizeof(piece)), 1);
		if (i == 2) {
			db_query(&q, other, "SELECT n FROM t", "");
			CHECK(db_row(&q));
		}
	}
	CHECK_INT(db_done(&q, &e), 0);
	db_close(other);
	db_close(db);
}

TEST("a locked SQLite database is waited for")
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_SQLITE);
	int p[2];
	int64_t n;
	char c;

	CHECK_INT(make_table(db, &e), 0);
	CHECK(pipe(p) == 0);
	if (fork() == 0) {
		struct db *mine = both_open(DB_SQLITE);
		struct timespec ts = { 0, 300 * 1000000L };

		if (db_begin(mine, &e) == -1 || db_exec(mine, &e,
		    "UPDATE t SET n = 1 WHERE k = 'a'", "") != 1 ||
		    write(p[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&ts, NULL);	/* the lock is held for so long */
		_exit(db_end(mine, 0, &e) == 0 ? 0 : 1);
	}
	CHECK(read(p[0], &c, 1) == 1);
	CHECK_INT(db_exec(db, &e, "UPDATE t SET n = n + 1 WHERE k = 'a'", ""), 1);
	CHECK_INT(count(db, &n, &e), 0);
	CHECK_INT(n, 2);
	wait(NULL);
	db_close(db);
}

/* ------------------------------------------------ what cannot be opened */

TEST("a malformed database URL is refused")
{
	static const struct { const char *url; int code; const char *word; }
	t[] = {
		{ "mysql://host/x", ZX_USAGE, "postgresql://" },
		{ "sqlite:", ZX_USAGE, "path" },
		{ "sqlite:/nowhere/at/all.db", ZX_IO, "No such file" },
		{ "sqlite:/tmp", ZX_IO, "/tmp" },
		{ "sqlite:tests/unit/db_hard_test.c", ZX_IO, "not a database" },
		{ "postgresql://127.0.0.1:1/x", ZX_IO, "refused" },
		{ "postgresql://u@h:port/x", ZX_IO, "port" },
		{ "postgresql://u@[::1/x", ZX_USAGE, "URL" },
	};
	struct err e;
	struct db *db;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		e = (struct err){ 0 };
		CHECK_INT(db_open(&db, t[i].url, DB_URL_PUBLIC, &e), -1);
		if (strstr(e.msg, t[i].word) == NULL)
			CHECK_STR(e.msg, t[i].word);
		CHECK_INT(e.code, t[i].code);
	}
}

TEST("a password on the command line is refused and not repeated")
{
	static const char *const urls[] = {
		"postgresql://u:hush%2Fhush@127.0.0.1:1/x",
		"postgresql://u@127.0.0.1:1/x?password=hush%2Fhush",
		"postgresql://u:hush%2Fhush@127.0.0.1:1/x?sslmode=what%zz",
	};
	struct err e;
	struct db *db;
	size_t i;

	for (i = 0; i < 3; i++) {
		e = (struct err){ 0 };
		CHECK_INT(db_open(&db, urls[i], DB_URL_PUBLIC, &e), -1);
		CHECK_INT(e.code, ZX_USAGE);
		CHECK(strstr(e.msg, "hush") == NULL);
		if (i < 2)
			CHECK(strstr(e.msg, "ZTOQ_DB") && strstr(e.msg,
			    "PGPASSWORD") && strstr(e.msg, "PGPASSFILE"));
	}
	e = (struct err){ 0 };
	CHECK_INT(db_open(&db, urls[0], DB_URL_PRIVATE, &e), -1);
	CHECK_INT(e.code, ZX_IO);
	CHECK(strstr(e.msg, "hush") == NULL);
}

static void
with_password(void *arg)
{
	char url[400], word[100] = "";
	struct err e = { 0 };
	struct db *db;
	FILE *f = fopen(getenv("PGPASSFILE"), "r");

	(void)arg;
	if (f == NULL || fscanf(f, "%*[^:]:%*[^:]:%*[^:]:%*[^:]:%99s", word) != 1)
		_exit(2);
	fclose(f);
	unsetenv("PGPASSFILE");
	snprintf(url, sizeof(url), "postgresql://ztoq:%s%s", word,
	    strchr(both_at(DB_PG), '@'));
	if (db_open(&db, url, DB_URL_PRIVATE, &e) == -1 || strstr(db_where(db), word))
		_exit(3);
	puts(db_where(db));
	log_open("t", LOG_INFO, LOG_TEXT);
	log_info(NULL, "%s", url);
	db_exec(db, &e, "SELECT ?1 FROM nothing", "s", word);
	puts(e.msg);
	db_close(db);
	url[strlen("postgresql://ztoq:")] ^= 1;
	if (db_open(&db, url, DB_URL_PRIVATE, &e) != -1 || e.code != ZX_IO)
		_exit(4);
	puts(e.msg);
}

TEST("a password in ZTOQ_DB works and appears nowhere")
{
	struct test_child c;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	test_run(&c, with_password, NULL);
	CHECK_INT(c.status, 0);
	CHECK(strstr(c.out, "postgresql://ztoq@127.0.0.1") != NULL);
	CHECK(strstr(c.out, "authentication failed") != NULL);
	CHECK(strstr(c.err, "[secret]@127") != NULL);
}

static void
read_only(void *arg)
{
	struct err e = { 0 };
	struct db *db;
	int64_t n;

	if (setgid(65534) == -1 || setuid(65534) == -1 || chdir("/") == -1)
		_exit(9);
	if (db_open(&db, arg, DB_URL_PUBLIC, &e) == 0) {
		count(db, &n, &e);
		db_exec(db, &e, "UPDATE t SET n = 1", "");
	}
	puts(e.msg);
	fflush(stdout);
	_exit(e.code);
}

TEST("a SQLite file that may not be written is reported as read-only")
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_SQLITE);
	struct test_child c;
	char url[300], path[300];

	if (getuid() != 0)
		SKIP("needs root to become somebody else");
	CHECK_INT(make_table(db, &e), 0);
	db_close(db);
	snprintf(url, sizeof(url), "%s", both_at(DB_SQLITE));
	snprintf(path, sizeof(path), "%s/t.db", both_dir);
	chmod(path, 0644);
	test_run(&c, read_only, url);
	if (strstr(c.out, "read-only") == NULL)
		CHECK_STR(c.out, "read-only");
	CHECK_INT(c.status, ZX_IO);
}

TEST("a full disk is reported as such (sqlite)")
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_SQLITE);
	struct db_query q;
	char big[200000];
	int64_t n;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	CHECK_INT(make_table(db, &e), 0);
	db_query(&q, db, "PRAGMA max_page_count = 20", "");
	CHECK(db_row(&q));
	CHECK_INT(db_done(&q, &e), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES (?1)", "s", big), -1);
	CHECK_INT(e.code, ZX_IO);
	CHECK(strstr(e.msg, "disk full") != NULL);
	CHECK_INT(count(db, &n, &e), 0);
	CHECK_INT(n, 0);
	db_close(db);
}
