#include "test.h"

#include "base/time.h"
#include "domain/claim.h"
#include "domain/schema.h"
#include "both.h"

static int
take(struct claim *c, struct db *db, const char *key, int64_t ms)
{
	struct err e = { 0 };
	char who[200] = "";
	int rc = claim_take(c, db, "case", key, ms, who, sizeof(who), &e);

	if (rc == -1)
		printf("# %s\n", e.msg);
	if (rc == 0 && *who == '\0')
		printf("# held, but by whom?\n");
	return rc == 0 && *who == '\0' ? -2 : rc;
}

/* Move the holder to another host, so that only the lease counts. */
static void
elsewhere(struct db *db)
{
	struct err e = { 0 };

	db_exec(db, &e, "UPDATE claim SET host = 'elsewhere'", "");
}

BOTH(leases, "a claim has one owner until it is dropped or its lease ends")
{
	struct err e = { 0 };
	struct claim a, b;
	int rc;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(take(&a, db, "P/1", 60000), 1);
	CHECK(a.until <= time_mono_ms() + 60000 && a.until > time_mono_ms() + 30000);
	CHECK(a.renew_at < a.until - 20000);	/* renewed before it runs out */
	elsewhere(db);
	CHECK_INT(take(&b, db, "P/1", 60000), 0);
	CHECK_INT(take(&b, db, "P/2", 60000), 1);
	claim_drop(&b, db);
	a.renew_at = a.until = 0;
	CHECK_INT(claim_keep(&a, db, &e), 0);
	CHECK(a.until <= time_mono_ms() + 60000 && a.until > time_mono_ms() + 30000);
	CHECK(a.renew_at < a.until - 20000);	/* renewed before it runs out */
	claim_drop(&a, db);
	claim_drop(&a, db);
	CHECK_INT(take(&a, db, "P/1", 1), 1);
	elsewhere(db);
	while ((rc = take(&b, db, "P/1", 60000)) == 0)
		continue;		/* it ends within one or two ms */
	CHECK_INT(rc, 1);
	a.renew_at = 0;
	CHECK_INT(claim_keep(&a, db, &e), -1);
	CHECK_INT(e.code, ZX_RETRY);
	claim_drop(&a, db);		/* it has another owner, so it stays */
	b.renew_at = 0;
	CHECK_INT(claim_keep(&b, db, &e), 0);
	claim_drop(&b, db);
}

BOTH(deaths, "a process of this host that died loses its claim at once, a running one does not")
{
	enum db_kind kind = db_kind(db);
	struct err e = { 0 };
	struct claim mine, its;
	int up[2], down[2];
	char c;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK(pipe(up) == 0 && pipe(down) == 0);
	fflush(stdout);
	if (fork() == 0) {
		close(down[1]);
		db = both_open(kind);
		if (take(&its, db, "P/1", 600000) != 1 ||
		    write(up[1], "x", 1) != 1 || read(down[0], &c, 1) != 0)
			_exit(1);
		_exit(0);	/* end like kill -9, without dropping the claim */
	}
	CHECK(read(up[0], &c, 1) == 1);
	CHECK_INT(take(&mine, db, "P/1", 60000), 0);
	close(down[1]);
	CHECK(wait(NULL) > 0);
	CHECK_INT(take(&mine, db, "P/1", 60000), 1);
	claim_drop(&mine, db);
}

BOTH(race, "of eight processes that want the same claim one gets it")
{
	enum db_kind kind = db_kind(db);
	struct err e = { 0 };
	struct claim c;
	int i, rc, st, won = 0, go[2], up[2];
	char x;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK(pipe(go) == 0 && pipe(up) == 0);
	fflush(stdout);
	for (i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		close(go[1]);
		db = both_open(kind);
		rc = take(&c, db, "P", 60000);
		if (write(up[1], "x", 1) != 1 || read(go[0], &x, 1) != 0)
			_exit(9);
		_exit(rc == 1 ? 1 : rc == 0 ? 0 : 9);
	}
	for (i = 0; i < 8; i++)
		CHECK(read(up[0], &x, 1) == 1);	/* all have asked and are running */
	close(go[1]);
	for (i = 0; i < 8; i++) {
		CHECK(wait(&st) > 0);
		CHECK(WIFEXITED(st) && WEXITSTATUS(st) <= 1);
		won += WEXITSTATUS(st);
	}
	CHECK_INT(won, 1);
}
