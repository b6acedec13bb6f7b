#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/blob/blob.h"
#include "cleanup.h"
#include "io/json/json.h"
#include "tables.h"

struct cleanup {
	const char	*project;
	struct json	 tables;
	int		 ledger;	/* the ledger is removed, too */
	int		 yes;		/* 0: rows are only counted */
	int64_t		 rows;		/* in all tables */
	struct buf	*out;
};

static int
cleanup_one_table(struct db *db, struct cleanup *c, const char *name,
    const char *column, struct err *e)
{
	char *sql;
	int64_t n = -1;
	int rc = 0;

	if (!c->ledger && strcmp(name, "ledger") == 0)
		return 0;
	sql = mem_fmt("%s FROM %s WHERE %s = ?1", c->yes ? "DELETE" :
	    "SELECT count(*)", name, column);
	if (c->yes)
		rc = (n = db_exec(db, e, sql, "s", c->project)) == -1 ? -1 : 0;
	else
		rc = db_one(db, &n, 0, e, sql, "s", c->project);
	free(sql);
	if (rc == 0 && n > 0)
		buf_printf(c->out, "  %-20s %10" PRId64 "\n", name, n);
	c->rows += n;
	return rc;
}

static int
cleanup_all_tables(struct db *db, void *arg, struct err *e)
{
	struct cleanup *c = arg;
	struct json one = { 0 };
	int i = 0, rc = 0;

	c->rows = 0;
	buf_reset(c->out);
	while (rc == 0 && json_each(&c->tables, &i, &one))
		rc = cleanup_one_table(db, c, json_str(&one, "name"), "project", e);
	json_free(&one);
	return rc == -1 ? -1 : cleanup_one_table(db, c, "project", "key", e);
}

/* Check that no other run is writing to the database; ZX_CONFIG. */
static int
cleanup_in_use(struct db *db, struct err *e)
{
	int64_t n;

	if (db_one(db, &n, 0, e, "SELECT count(*) FROM claim WHERE until > {now}", "") == -1)
		return -1;
	return n == 0 ? 0 : err_set(e, ZX_CONFIG, "%s: another run is using it; wait until it ends "
	    "(one minute if it was killed)", db_where(db));
}

/* Remove, or count, the files of this project alone and those that a killed run left. */
static int
cleanup_files(struct db *db, struct cleanup *c, struct err *e)
{
	struct blob_swept s;

	if (blob_sweep(db, c->project, c->yes, &s, e) == -1)
		return -1;
	if (s.files > 0)
		buf_printf(c->out, "  %-20s %10" PRId64 " (%" PRId64 " bytes)\n",
		    "files", s.files, s.bytes);
	if (s.torn > 0)
		buf_printf(c->out, "  %-20s %10" PRId64 "\n", "incomplete files", s.torn);
	return 0;
}

/* Report that the database has no such project, and name those that it has. */
static int
cleanup_unknown(struct db *db, const char *project, struct err *e)
{
	struct buf b = { 0 };
	struct db_query q;
	int n = 0;

	db_query(&q, db, "SELECT key FROM project ORDER BY key LIMIT 10", "");
	while (db_row(&q))
		buf_printf(&b, "%s%s", n++ > 0 ? ", " : "", db_str(&q, 0));
	if (db_done(&q, e) == 0)
		err_set(e, ZX_CONFIG, "%s has no data of project %s; %s%s",
		    db_where(db), project, n > 0 ? "its projects: " :
		    "it has no project", buf_str(&b));
	buf_free(&b);
	return -1;
}

/*
 * Append how many effects the ledger has of each qTest project, and what follows when
 * they are removed or kept.  To be called before the rows are removed.
 */
static int
cleanup_ledger_explain(struct db *db, const struct cleanup *c, struct buf *out,
    struct err *e)
{
	struct db_query q;

	db_query(&q, db, "SELECT target, count(*) FROM ledger WHERE project = ?1"
	    " GROUP BY target ORDER BY target", "s", c->project);
	while (db_row(&q))
		if (c->ledger)
			buf_printf(out, "%s: a ledger of %" PRId64 " effect%s %s forgotten, "
			    "their objects stay in qTest; load again with `ztoq migrate --adopt`, "
			    "which finds them there, or into another qTest project\n",
			    db_str(&q, 0), PLURAL(db_int(&q, 1)), c->yes ? "is" : "would be");
		else
			buf_printf(out, "%s: a ledger of %" PRId64 " effect%s is kept, so that "
			    "nothing is created twice (--ledger forgets it)\n", db_str(&q, 0),
			    PLURAL(db_int(&q, 1)));
	return db_done(&q, e);
}

int
cleanup_run(struct db *db, const char *project, int ledger, int yes,
    struct buf *out, struct err *e)
{
	struct cleanup c = { .project = project, .ledger = ledger, .yes = yes, .out = out };
	struct buf explained = { 0 };
	int rc = -1;

	if (tables_read(db, "project", &c.tables, e) == 0 && cleanup_in_use(db, e) == 0 &&
	    cleanup_ledger_explain(db, &c, &explained, e) == 0 &&
	    db_tx(db, cleanup_all_tables, &c, e) == 0 && cleanup_files(db, &c, e) == 0)
		rc = c.rows == 0 && explained.len == 0 ? cleanup_unknown(db, project, e) : 0;
	if (rc == 0)
		buf_printf(out, "%s: %" PRId64 " row%s of project %s %s\n%s", db_where(db),
		    PLURAL(c.rows), project, yes ? "removed" : "would be removed",
		    buf_str(&explained));
	json_free(&c.tables);
	buf_free(&explained);
	return rc;
}
