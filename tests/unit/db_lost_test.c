#define _GNU_SOURCE		/* memmem */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#define BOTH_OWN_CLUSTER 1	/* it is stopped and started */
#include "both.h"

/* PostgreSQL restarted, gone, and disconnected at each moment of a commit. */

static struct db *
fresh(const char *url)
{
	struct err e = { 0 };
	struct db *db = both_empty(DB_PG);

	if (db_exec(db, &e, "CREATE TABLE t (k TEXT PRIMARY KEY)", "") == -1)
		abort();
	if (url != NULL) {
		db_close(db);
		if (db_open(&db, url, DB_URL_PUBLIC, &e) == -1) {
			printf("# %s\n", e.msg);
			abort();
		}
	}
	return db;
}

static int64_t
count_of(const char *sql)
{
	struct db *db = both_open(DB_PG);
	struct err e = { 0 };
	int64_t n;

	db_one(db, &n, -1, &e, sql, "");
	db_close(db);
	return n;
}

static int64_t
rows(void)
{
	return count_of("SELECT count(*) FROM t");
}

static int64_t
marks(void)
{
	return count_of("SELECT count(*) FROM commit_mark");
}

struct calls {
	const char	*what;		/* pg.sh command during the first attempt */
	int		 n;
};

static int
one_row(struct db *db, void *arg, struct err *e)
{
	struct calls *c = arg;
	int64_t n;

	if (db_exec_async(db, e, "INSERT INTO t (k) VALUES (?1)", "s", "a") == -1)
		return -1;
	if (c->n++ == 0 && c->what != NULL) {
		if (db_one(db, &n, 0, e, "SELECT count(*) FROM t", "") == -1)
			return -1;
		pg_do(c->what);
	}
	return 0;
}

TEST("a transaction is repeated once after the server was restarted inside it")
{
	struct calls c = { "restart", 0 };
	struct err e = { 0 };
	struct db *db;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	db = fresh(NULL);
	CHECK_INT(db_tx(db, one_row, &c, &e), 0);
	CHECK_INT(c.n, 2);
	CHECK_INT(rows(), 1);
	db_close(db);
}

/* Let the server crash during a commit and give its transaction id to another one. */
static int
crashed(struct db *db, void *arg, struct err *e)
{
	struct calls *c = arg;
	struct db *other;
	int64_t n;
	int i;

	if (db_exec_async(db, e, "INSERT INTO t (k) VALUES (?1)", "s", "a") == -1 ||
	    db_one(db, &n, 0, e, "SELECT count(*) FROM t", "") == -1)
		return -1;
	if (c->n++ > 0)
		return 0;
	pg_do("kill");
	pg_do("up");
	other = both_open(DB_PG);
	for (i = 0; i < 20; i++)
		if (db_exec(other, e, "INSERT INTO other (k) VALUES (?1)", "i",
		    (int64_t)i) == -1)
			break;
	db_close(other);
	return i == 20 ? 0 : -1;
}

TEST("a commit is not taken for done after a crash that gave its id to another one")
{
	struct calls c = { NULL, 0 };
	struct err e = { 0 };
	struct db *db;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	db = fresh(NULL);
	CHECK_INT(db_script(db, "CREATE TABLE other (k BIGINT);"
	    "CREATE TABLE commit_mark (holder TEXT PRIMARY KEY,"
	    " n BIGINT NOT NULL, at BIGINT NOT NULL)", &e), 0);
	CHECK_INT(db_tx(db, crashed, &c, &e), 0);
	CHECK_INT(c.n, 2);
	CHECK_INT(rows(), 1);
	CHECK_INT(marks(), 1);
	db_close(db);
	CHECK_INT(marks(), 0);		/* it removes its own mark */
}

TEST("a restart of the server between two statements has no effect")
{
	struct calls c = { NULL, 0 };
	struct err e = { 0 };
	struct db *db;
	int64_t n;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	db = fresh(NULL);
	CHECK_INT(pg_do("restart"), 0);
	CHECK_INT(db_one(db, &n, -1, &e, "SELECT count(*) FROM t", ""), 0);
	CHECK_INT(pg_do("restart"), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES ('z')", ""), 1);
	CHECK_INT(pg_do("restart"), 0);
	CHECK_INT(db_tx(db, one_row, &c, &e), 0);
	CHECK_INT(rows(), 2);
	db_close(db);
}

TEST("a server that is gone for a while is waited for")
{
	struct err e = { 0 };
	struct db *db;
	pid_t pid;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	db = fresh(NULL);
	CHECK_INT(pg_do("kill"), 0);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		struct timespec ts = { 1, 0 };

		nanosleep(&ts, NULL);	/* the length of the outage */
		_exit(pg_do("up") == 0 ? 0 : 1);
	}
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES ('z')", ""), 1);
	waitpid(pid, NULL, 0);
	CHECK_INT(rows(), 1);
	db_close(db);
}

TEST("a transaction without repetition fails with its connection, and the next begin reconnects")
{
	struct err e = { 0 };
	struct db *db;
	int64_t n;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	db = fresh(NULL);
	CHECK_INT(db_begin(db, &e), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES ('z')", ""), 1);
	CHECK_INT(pg_do("restart"), 0);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT count(*) FROM t", ""), -1);
	CHECK_INT(db_end(db, 0, &e), -1);
	CHECK_INT(e.code, ZX_IO);
	CHECK_INT(db_begin(db, &e), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO t (k) VALUES ('y')", ""), 1);
	CHECK_INT(db_end(db, 0, &e), 0);
	CHECK_INT(rows(), 1);
	db_close(db);
}

/* ---------------------------------------- a wire that is cut at COMMIT */

enum cut { CUT_BEFORE = 'b', CUT_OVER = 'o', CUT_AFTER = 'a' };

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		_exit(1);
	return fd;
}

/* Pass bytes until a COMMIT; then close the connection before it, while the server
   processes it, or after its answer. */
static void
pass(int client, int other, enum cut cut)
{
	char b[65536];
	int i, from, hot = 0;
	struct pollfd p[2] = { { client, POLLIN, 0 }, { other, POLLIN, 0 } };
	ssize_t n;

	for (;;) {
		if (poll(p, 2, -1) == -1)
			continue;
		for (i = 0; i < 2; i++) {
			if (!(p[i].revents & (POLLIN | POLLHUP)))
				continue;
			from = i == 0 ? client : other;
			if ((n = read(from, b, sizeof(b))) <= 0)
				return;
			if (i == 1 && hot)	/* its answer is lost */
				return;
			if (i == 0 && memmem(b, (size_t)n, "COMMIT", 6) != NULL)
				hot = 1;
			if (hot && cut == CUT_BEFORE)
				return;
			if (write(i == 0 ? other : client, b, (size_t)n) != n ||
			    (hot && cut == CUT_OVER))
				return;
		}
	}
}

/* Cut the first connection and pass later ones.  Returns the port. */
static int
proxy(int port, enum cut cut, pid_t *pid)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM, 0), fd, n = 0;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(s, (struct sockaddr *)&a, len) == -1 || listen(s, 8) == -1 ||
	    getsockname(s, (struct sockaddr *)&a, &len) == -1)
		abort();
	fflush(stdout);
	if ((*pid = fork()) != 0) {
		close(s);
		return ntohs(a.sin_port);
	}
	signal(SIGPIPE, SIG_IGN);
	while ((fd = accept(s, NULL, NULL)) != -1) {
		if (fork() == 0) {
			pass(fd, dial(port), n == 0 ? cut : (enum cut)0);
			_exit(0);
		}
		n++;
		close(fd);
	}
	_exit(0);
}

static int
script(const char *sql)
{
	struct db *db = both_open(DB_PG);
	struct err e = { 0 };
	int rc = db_script(db, sql, &e);

	db_close(db);
	return rc;
}

/* slow is SQL that COMMIT has to run first. */
static void
cut_at_commit(enum cut cut, const char *slow, int calls)
{
	struct calls c = { NULL, 0 };
	struct err e = { 0 };
	struct db *db;
	char url[100];
	pid_t pid;
	int port, rc;

	if (both_at(DB_PG) == NULL)
		SKIP("no PostgreSQL server here");
	port = (int)strtol(strrchr(both_at(DB_PG), ':') + 1, NULL, 10);
	port = proxy(port, cut, &pid);
	snprintf(url, sizeof(url), "postgresql://ztoq@127.0.0.1:%d/ztoq", port);
	db = fresh(url);
	rc = slow != NULL ? script(slow) : 0;
	rc = rc == 0 ? db_tx(db, one_row, &c, &e) : rc;
	db_close(db);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK_INT(rc, 0);
	CHECK_INT(c.n, calls);
	CHECK_INT(rows(), 1);
}

TEST("a commit whose answer was lost is not repeated")
{
	cut_at_commit(CUT_AFTER, NULL, 1);
}

TEST("a commit that the server is still processing is waited for and not repeated")
{
	cut_at_commit(CUT_OVER, "CREATE FUNCTION doze() RETURNS TRIGGER AS"
	    " 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END' LANGUAGE plpgsql;"
	    "CREATE CONSTRAINT TRIGGER doze AFTER INSERT ON t DEFERRABLE"
	    " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doze()", 1);
}

TEST("a commit that did not arrive is repeated")
{
	cut_at_commit(CUT_BEFORE, NULL, 2);
}
