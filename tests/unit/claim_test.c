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

/* As if the holder sat on another host: then only the lease counts. */
static void
elsewhere(struct db *db)
{
	struct err e = { 0 };

	db_exec(db, &e, "UPDATE claim SET host = 'elsewhere'", "");
}

BOTH(leases, "a claim is one owner's until it is dropped or runs out")
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
		continue;		/* it runs out within a ms or two */
	CHECK_INT(rc, 1);
	a.renew_at = 0;
	CHECK_INT(claim_keep(&a, db, &e), -1);
	CHECK_INT(e.code, ZX_RETRY);
	claim_drop(&a, db);		/* not its own any more: it stays */
	b.renew_at = 0;
	CHECK_INT(claim_keep(&b, db, &e), 0);
	claim_drop(&b, db);
}

BOTH(deaths, "who died on this host loses its claim at once, who lives does not")
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
		_exit(0);	/* as kill -9 would: nothing is given back */
	}
	CHECK(read(up[0], &c, 1) == 1);
	CHECK_INT(take(&mine, db, "P/1", 60000), 0);
	close(down[1]);
	CHECK(wait(NULL) > 0);
	CHECK_INT(take(&mine, db, "P/1", 60000), 1);
	claim_drop(&mine, db);
}

BOTH(race, "eight ask for the same at once: one gets it")
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
		CHECK(read(up[0], &x, 1) == 1);	/* all have asked, all live */
	close(go[1]);
	for (i = 0; i < 8; i++) {
		CHECK(wait(&st) > 0);
		CHECK(WIFEXITED(st) && WEXITSTATUS(st) <= 1);
		won += WEXITSTATUS(st);
	}
	CHECK_INT(won, 1);
}
