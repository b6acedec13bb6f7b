#include "test.h"

#include "base/asset.h"
#include "domain/schema.h"
#include "both.h"

static int64_t
one(struct db *db, const char *sql)
{
	struct err e = { 0 };
	int64_t n;

	if (db_one(db, &n, -1, &e, sql, "") == -1) {
		printf("# %s\n", e.msg);
		return -2;
	}
	return n;
}

BOTH(all, "every migration is applied once, with its name")
{
	struct err e = { 0 };
	int from, to, latest = schema_latest();

	CHECK(latest >= 4);
	if (schema_migrate(db, &from, &to, &e) == -1)
		CHECK_STR(e.msg, "");
	CHECK_INT(from, 0);
	CHECK_INT(to, latest);
	CHECK_INT(schema_migrate(db, &from, &to, &e), 0);
	CHECK_INT(from, latest);
	CHECK_INT(to, latest);
	CHECK_INT(one(db, "SELECT count(*) FROM schema_version"), latest);
	CHECK_INT(one(db, "SELECT count(*) FROM schema_version WHERE version = 1"
	    " AND name = '0001_control.sql' AND applied_at > 1600000000000"), 1);
	CHECK_INT(one(db, "SELECT count(*) FROM override"), 0);
	CHECK_INT(one(db, "SELECT count(*) FROM lineage"), 0);
	CHECK_INT(schema_ready(db, &e), 0);
}

BOTH(newer, "a newer database is refused with the remedy")
{
	struct err e = { 0 };
	int from, to;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO schema_version (version, name,"
	    " applied_at) VALUES (99, '0099_x.sql', 0)", ""), 1);
	CHECK_INT(schema_ready(db, &e), -1);
	CHECK_INT(e.code, ZX_CONFIG);
	CHECK(strstr(e.msg, "written by a newer ztoq (schema 99, this program knows ") &&
	    strstr(e.msg, "upgrade ztoq"));
	e = (struct err){ 0 };
	CHECK_INT(schema_migrate(db, &from, &to, &e), -1);
	CHECK_INT(e.code, ZX_CONFIG);
}

/* Make a database of the first schema version. */
static int
first_only(struct db *db, struct err *e)
{
	return db_script(db, asset_schema[0].text, e) == -1 ||
	    db_script(db, "CREATE TABLE schema_version (version BIGINT"
	    " PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);"
	    "INSERT INTO schema_version VALUES (1, '0001_control.sql', 0)",
	    e) == -1 ? -1 : 0;
}

BOTH(older, "an older database needs zdb migrate, which loses no row")
{
	struct err e = { 0 };
	int from, to;

	CHECK_INT(first_only(db, &e), 0);
	CHECK_INT(db_exec(db, &e, "INSERT INTO pass (project, n, opened_at,"
	    " state) VALUES ('P', 1, 5, 'open')", ""), 1);
	CHECK_INT(schema_ready(db, &e), -1);
	CHECK_INT(e.code, ZX_CONFIG);
	CHECK(strstr(e.msg, "zdb migrate") != NULL);
	CHECK_INT(schema_migrate(db, &from, &to, &e), 0);
	CHECK_INT(from, 1);
	CHECK_INT(to, schema_latest());
	CHECK_INT(one(db, "SELECT n FROM pass WHERE project = 'P'"), 1);
	CHECK_INT(schema_ready(db, &e), 0);
}

BOTH(fails, "a migration that fails changes nothing")
{
	struct err e = { 0 };
	int from, to;

	CHECK_INT(first_only(db, &e), 0);
	/* the third file creates target, then ledger, which exists already */
	CHECK_INT(db_script(db, "CREATE TABLE ledger (x BIGINT)", &e), 0);
	CHECK_INT(schema_migrate(db, &from, &to, &e), -1);
	CHECK(strstr(e.msg, "0003_target.sql") != NULL);
	CHECK_INT(one(db, "SELECT max(version) FROM schema_version"), 2);
	CHECK_INT(db_script(db, "CREATE TABLE target (x BIGINT);"
	    "DROP TABLE target; DROP TABLE ledger", &e), 0);
	CHECK_INT(schema_migrate(db, &from, &to, &e), 0);
	CHECK_INT(from, 2);
}

BOTH(crowd, "eight processes at once create an empty database's schema once")
{
	enum db_kind kind = db_kind(db);
	struct err e = { 0 };
	int i, st, bad = 0;

	fflush(stdout);
	for (i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		db = both_open(kind);
		if (schema_ready(db, &e) == -1) {
			printf("# %s\n", e.msg);
			fflush(stdout);
		}
		_exit(e.code != 0);
	}
	for (i = 0; i < 8; i++)
		bad += wait(&st) == -1 || st != 0;
	CHECK_INT(bad, 0);
	CHECK_INT(one(db, "SELECT count(*) FROM schema_version"),
	    schema_latest());
}
