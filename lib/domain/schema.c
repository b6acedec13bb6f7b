#include <inttypes.h>
#include <stdlib.h>

#include "base/asset.h"
#include "domain/schema.h"

/* The advisory lock of migrations: "ztoq" in ASCII. */
#define LOCK	INT64_C(0x7a746f71)

static int
schema_asset_version(const struct asset *a)
{
	return (int)strtol(a->name, NULL, 10);
}

int
schema_latest(void)
{
	const struct asset *a;
	int n = 0;

	for (a = asset_schema; a->name != NULL; a++)
		if (schema_asset_version(a) > n)
			n = schema_asset_version(a);
	return n;
}

/*
 * The state of a database in one query, since another process may be making the schema:
 * the number of tables schema_version, of its columns that are ours, and of tables.
 */
static const char state_sqlite[] =
    "SELECT (SELECT count(*) FROM sqlite_master WHERE type = 'table'"
    " AND name = 'schema_version'),"
    " (SELECT count(*) FROM pragma_table_info('schema_version')"
    " WHERE name IN ('version', 'name', 'applied_at')),"
    " (SELECT count(*) FROM sqlite_master WHERE type = 'table'"
    " AND name NOT LIKE 'sqlite_%')";
static const char state_pg[] =
    "SELECT (SELECT count(*) FROM pg_tables WHERE tablename ="
    " 'schema_version' AND schemaname = ANY (current_schemas(false))),"
    " (SELECT count(*) FROM information_schema.columns WHERE table_name ="
    " 'schema_version' AND table_schema = ANY (current_schemas(false))"
    " AND column_name IN ('version', 'name', 'applied_at')),"
    " (SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    " AND tablename IN ('project', 'folder', 'test_case', 'test_step',"
    " 'test_cycle', 'run', 'pass', 'ledger', 'target', 'claim'))";

int
schema_version(struct db *db, int *n, struct err *e)
{
	struct db_query q;
	int64_t there = 0, columns = 0, tables = 0, v = 0;

	db_query(&q, db, db_kind(db) == DB_PG ? state_pg : state_sqlite, "");
	if (db_row(&q)) {
		there = db_int(&q, 0);
		columns = db_int(&q, 1);
		tables = db_int(&q, 2);
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (there ? columns < 3 : tables > 0)
		return err_set(e, ZX_CONFIG, "%s: this database belongs to another program (it has "
		    "tables that are not ztoq's); choose another one with ZTOQ_DB or --db",
		    db_where(db));
	if (there && db_one(db, &v, 0, e,
	    "SELECT max(version) FROM schema_version", "") == -1)
		return -1;
	*n = (int)v;
	return 0;
}

static int
schema_too_new(struct db *db, int n, struct err *e)
{
	return err_set(e, ZX_CONFIG, "%s: written by a newer ztoq (schema %d, this program knows "
	    "%d); upgrade ztoq", db_where(db), n, schema_latest());
}

/* Let one process migrate at a time; the transaction ends the lock. */
static int
schema_lock(struct db *db, struct err *e)
{
	int64_t none;

	if (db_kind(db) == DB_PG && db_one(db, &none, 0, e,
	    "SELECT pg_advisory_xact_lock(CAST(?1 AS BIGINT))", "i",
	    LOCK) == -1)
		return -1;
	return db_exec(db, e, "CREATE TABLE IF NOT EXISTS schema_version ("
	    " version BIGINT PRIMARY KEY, name TEXT NOT NULL,"
	    " applied_at BIGINT NOT NULL)", "") == -1 ? -1 : 0;
}

struct step {
	int	 from;		/* version of the database */
	int	 to;		/* version after this step; from if none is missing */
};

static const struct asset *
schema_next(int n)
{
	const struct asset *a, *next = NULL;

	for (a = asset_schema; a->name != NULL; a++)
		if (schema_asset_version(a) > n &&
		    (next == NULL || schema_asset_version(a) < schema_asset_version(next)))
			next = a;
	return next;
}

/*
 * Apply the next migration with its row; another process may have done so.  An empty
 * database gets all of them in this transaction, so that no process sees a half of the
 * first schema.
 */
static int
schema_step_tx(struct db *db, void *arg, struct err *e)
{
	struct step *s = arg;
	const struct asset *a;

	if (schema_lock(db, e) == -1 || schema_version(db, &s->from, e) == -1)
		return -1;
	s->to = s->from;
	if (s->from > schema_latest())
		return schema_too_new(db, s->from, e);
	while ((s->from == 0 || s->to == s->from) &&
	    (a = schema_next(s->to)) != NULL) {
		if (db_script(db, a->text, e) == -1)
			return err_at(e, "schema %s", a->name);
		s->to = schema_asset_version(a);
		if (db_exec_async(db, e, "INSERT INTO schema_version (version, name,"
		    " applied_at) VALUES (?1, ?2, {now})", "is",
		    (int64_t)s->to, a->name) == -1)
			return -1;
	}
	return 0;
}

int
schema_migrate(struct db *db, int *from, int *to, struct err *e)
{
	struct step s;
	int n;

	*from = *to = -1;
	if (schema_version(db, &n, e) == -1 || db_tune(db, e) == -1)
		return -1;
	if (n > schema_latest())
		return schema_too_new(db, n, e);
	do {
		if (db_tx(db, schema_step_tx, &s, e) == -1)
			return -1;
		if (*from == -1)
			*from = s.from;
		*to = s.to;
	} while (s.to != s.from);
	return 0;
}

/* Set *n to the version of a database: 0 if it is empty or as this program needs it, else
   -1. */
static int
schema_fits(struct db *db, int *n, struct err *e)
{
	if (schema_version(db, n, e) == -1)
		return -1;
	if (*n > schema_latest())
		return schema_too_new(db, *n, e);
	if (*n == 0 || *n == schema_latest())
		return 0;
	return err_set(e, ZX_CONFIG, "%s: has schema %d, this ztoq needs %d; run `zdb migrate`",
	    db_where(db), *n, schema_latest());
}

int
schema_ready(struct db *db, struct err *e)
{
	int n, to;

	if (schema_fits(db, &n, e) == -1)
		return -1;
	return n > 0 ? db_tune(db, e) : schema_migrate(db, &n, &to, e);
}

int
schema_check(struct db *db, struct err *e)
{
	int64_t may = 1;
	int n;

	if (schema_fits(db, &n, e) == -1)
		return -1;
	if (n == 0 && db_kind(db) == DB_PG && db_one(db, &may, 0, e,
	    "SELECT CASE WHEN has_schema_privilege(current_schema(), 'CREATE')"
	    " THEN 1 ELSE 0 END", "") == -1)
		return -1;
	return may ? 0 : err_set(e, ZX_CONFIG, "%s: this user cannot create tables; grant CREATE "
	    "on the schema, or choose another database with ZTOQ_DB or --db", db_where(db));
}
