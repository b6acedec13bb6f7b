#pragma once

#include <sys/stat.h>

#include "test.h"
#include "io/db/db.h"

/*
 * Tests that run on both databases: on SQLite in a temporary directory, and on
 * PostgreSQL in a database of the cluster of the suite (ZT_PG, see tests/run.sh).
 * Without ZT_PG, and if BOTH_OWN_CLUSTER is defined, because the tests stop the server,
 * a temporary cluster (tests/pg.sh) is started at first use.
 * The programs must be started in the root of the tree.
 */
#ifndef BOTH_OWN_CLUSTER
#define BOTH_OWN_CLUSTER 0
#endif
static char both_dir[] = "/tmp/ztoq-unit-XXXXXX";
static char both_url[2][300];
static pid_t both_owner;

__attribute__((unused)) static int
both_sh(const char *fmt, const char *what)
{
	char cmd[900];
	pid_t pid;
	int st = -1;

	snprintf(cmd, sizeof(cmd), fmt, what, both_dir, both_dir);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		execl("/bin/sh", "sh", "-c", cmd, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &st, 0) == -1)
		continue;
	return st;
}

/* Return the directory of the cluster of the suite, or NULL for a cluster of its own. */
static const char *
both_suite(void)
{
	return BOTH_OWN_CLUSTER ? NULL : getenv("ZT_PG");
}

/* start stop restart kill up */
__attribute__((unused)) static int
pg_do(const char *what)
{
	return both_sh("sh tests/pg.sh %s %s/pg >%s/out 2>&1", what);
}

static void
both_end(void)
{
	if (both_owner != getpid())
		return;
	if (*both_url[DB_PG] && both_suite() != NULL)
		both_sh("sh tests/pg.sh drop \"$ZT_PG\" %s >/dev/null 2>&1",
		    both_url[DB_PG]);
	else if (*both_url[DB_PG])
		pg_do("stop");
	both_sh("%srm -rf %s", "");
}

static void
pg_begin(void)
{
	char path[300];
	FILE *f;

	if ((both_suite() == NULL ? pg_do("start") : both_sh("sh tests/pg.sh "
	    "database \"$ZT_PG\" %s>%s/out 2>&1", "")) != 0)
		return;
	snprintf(path, sizeof(path), "%s/out", both_dir);
	if ((f = fopen(path, "r")) != NULL) {
		if (fscanf(f, "%299s", both_url[DB_PG]) != 1)
			both_url[DB_PG][0] = '\0';
		fclose(f);
	}
	if (both_suite() == NULL)
		snprintf(path, sizeof(path), "%s/pg/pgpass", both_dir);
	else
		snprintf(path, sizeof(path), "%s/pgpass", both_suite());
	setenv("PGPASSFILE", path, 1);
}

/* Return the URL of a database, or NULL if this machine has none of that kind. */
static const char *
both_at(enum db_kind kind)
{
	if (both_owner == 0) {
		both_owner = getpid();
		if (mkdtemp(both_dir) == NULL)
			abort();
		chmod(both_dir, 0755);
		atexit(both_end);
		snprintf(both_url[0], sizeof(both_url[0]), "sqlite:%s/t.db",
		    both_dir);
		pg_begin();
	}
	return *both_url[kind] ? both_url[kind] : NULL;
}

static struct db *
both_open(enum db_kind kind)
{
	struct err e = { 0 };
	struct db *db;

	if (db_open(&db, both_at(kind), DB_URL_PUBLIC, &e) == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
	return db;
}

/* Open an empty database. */
__attribute__((unused)) static struct db *
both_empty(enum db_kind kind)
{
	struct err e = { 0 };
	struct db *db;

	both_at(kind);
	if (kind == DB_SQLITE)
		both_sh("%srm -f %s/t.db %s/t.db-*", "");
	db = both_open(kind);
	if (kind == DB_PG && db_script(db, "DROP SCHEMA public CASCADE;"
	    "CREATE SCHEMA public", &e) == -1)
		abort();
	/* a connection reads the tables when it is opened */
	db_close(db);
	return both_open(kind);
}

/* Define a test, BOTH(name, "sentence") { ... db ... }, that starts on an empty db. */
#define BOTH(fn, what)							\
	static void fn(struct db *);					\
	static void							\
	fn##_on(enum db_kind kind)					\
	{								\
		struct db *db;						\
									\
		if (both_at(kind) == NULL)				\
			SKIP("no PostgreSQL server here");		\
		db = both_empty(kind);					\
		fn(db);							\
		db_close(db);						\
	}								\
	TEST_(fn##_lite, fn##_lite_add, what " (sqlite)")		\
	{								\
		fn##_on(DB_SQLITE);					\
	}								\
	TEST_(fn##_pg, fn##_pg_add, what " (postgresql)")		\
	{								\
		fn##_on(DB_PG);						\
	}								\
	static void							\
	fn(struct db *db)
