#include "test.h"

#include "base/time.h"
#include "domain/schema.h"
#include "domain/worker.h"
#include "both.h"

static int
count(struct db *db, const char *sql)
{
	struct err e = { 0 };
	int64_t n = -1;

	db_one(db, &n, -1, &e, sql, "");
	return (int)n;
}

static int
fence(struct db *db, void *w, struct err *e)
{
	return worker_fence(w, db, e);
}

BOTH(share, "workers get equal parts, give the surplus back, and leave none behind")
{
	struct err e = { 0 };
	struct worker a, b, other;
	int i;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(worker_start(&a, db, "J", 0, &e), 0);
	CHECK_INT(worker_start(&other, db, "K", 0, &e), 0);
	/* the lock of a file is one of the process: only the leases count here */
	db_exec(db, &e, "UPDATE worker SET host = 'elsewhere'", "");
	CHECK_INT(worker_share(&a, db, &e), 0);
	CHECK_INT(a.parts, WORKER_PARTS);
	CHECK_INT(a.surplus, 0);
	CHECK(a.until > time_boot_ms() + 30000 && a.until <= time_boot_ms() + 60000);
	CHECK_INT(worker_start(&b, db, "J", 0, &e), 0);
	db_exec(db, &e, "UPDATE worker SET host = 'elsewhere'", "");
	CHECK_INT(worker_share(&b, db, &e), 0);
	CHECK_INT(b.parts, 0);
	CHECK_INT(worker_share(&a, db, &e), 0);
	CHECK_INT(a.surplus, WORKER_PARTS / 2);
	for (i = 0; a.surplus > 0; i++)
		CHECK_INT(worker_give(&a, db, i, &e), 0);
	CHECK_INT(a.parts, WORKER_PARTS / 2);
	CHECK_INT(worker_share(&b, db, &e), 0);
	CHECK_INT(b.parts, WORKER_PARTS / 2);
	for (i = 0; i < WORKER_PARTS; i++)
		CHECK_INT(a.mine[i] + b.mine[i], 1);
	worker_leave(&b, db);
	worker_leave(&b, db);
	CHECK_INT(worker_share(&a, db, &e), 0);
	CHECK_INT(a.parts, WORKER_PARTS);
	worker_leave(&a, db);
	worker_leave(&other, db);
	CHECK_INT(count(db, "SELECT count(*) FROM worker"), 0);
}

BOTH(bury, "a worker whose lease has ended loses its parts, and its fence stops it")
{
	struct err e = { 0 };
	struct worker a, b;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(worker_start(&a, db, "J", 0, &e), 0);
	CHECK_INT(worker_share(&a, db, &e), 0);
	db_exec(db, &e, "UPDATE worker SET host = 'elsewhere', until = 0", "");
	CHECK_INT(db_tx(db, fence, &a, &e), -1);	/* even if its row is still there */
	CHECK_INT(e.code, ZX_RETRY);
	CHECK_INT(worker_start(&b, db, "J", 0, &e), 0);
	CHECK_INT(worker_share(&b, db, &e), 0);
	CHECK_INT(b.parts, WORKER_PARTS);
	CHECK_INT(count(db, "SELECT count(*) FROM part WHERE epoch = 2"), WORKER_PARTS);
	CHECK_INT(worker_share(&a, db, &e), -1);
	worker_leave(&a, db);
	CHECK_INT(db_tx(db, fence, &b, &e), 0);
	worker_leave(&b, db);
}

/* Start n workers that share at the same time, behind a barrier, and end them as kill -9
   does when down is closed.  Each writes how many parts it holds. */
static int
crowd(enum db_kind kind, int n, int *parts, int *up, int *down)
{
	struct err e = { 0 };
	struct worker w;
	struct db *db;
	int i, go[2];
	char x;

	if (pipe(go) != 0 || pipe(up) != 0 || pipe(down) != 0)
		return -1;
	fflush(stdout);
	for (i = 0; i < n; i++) {
		if (fork() != 0)
			continue;
		close(go[1]);
		close(down[1]);
		db = both_open(kind);
		if (worker_start(&w, db, "J", 600000, &e) == -1 ||
		    write(up[1], "x", 1) != 1 || read(go[0], &x, 1) != 0 ||
		    worker_share(&w, db, &e) == -1)
			_exit(1);
		x = (char)w.parts;
		if (write(up[1], &x, 1) != 1 || read(down[0], &x, 1) != 0)
			_exit(1);
		_exit(0);
	}
	close(go[0]);
	for (i = 0; i < n; i++)
		if (read(up[0], &x, 1) != 1)
			return -1;
	close(go[1]);
	for (i = 0; i < n; i++) {
		if (read(up[0], &x, 1) != 1)
			return -1;
		*parts += x;
	}
	return 0;
}

BOTH(race, "eight workers that share at once hold each part once; when they die, all at once is free")
{
	struct err e = { 0 };
	struct worker w;
	int i, parts = 0, up[2], down[2];

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(crowd(db_kind(db), 8, &parts, up, down), 0);
	CHECK_INT(parts, WORKER_PARTS);
	CHECK_INT(count(db, "SELECT count(*) FROM part WHERE epoch = 1"), WORKER_PARTS);
	CHECK_INT(worker_start(&w, db, "J", 0, &e), 0);
	CHECK_INT(worker_share(&w, db, &e), 0);
	CHECK_INT(w.parts, 0);
	close(down[1]);
	for (i = 0; i < 8; i++)
		CHECK(wait(NULL) > 0);
	CHECK_INT(worker_share(&w, db, &e), 0);
	CHECK_INT(w.parts, WORKER_PARTS);
	worker_leave(&w, db);
}
