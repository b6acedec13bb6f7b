#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/db/db_back.h"

static int
db_url_is_pg(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

/*
 * Set *path to the file that an SQLite URL names.  A bare path is one, too,
 * unless it looks like something else: a URL or a connection string that
 * became a file name would lead a migration into an empty database.
 */
static int
db_url_path(const char *url, const char **path, struct err *e)
{
	*path = url;
	if (strncmp(url, "sqlite:", 7) == 0)
		*path = url + 7;
	else if (strpbrk(url, ":= \t") != NULL || *url == '\0')
		return err_set(e, ZX_USAGE, "--db (ZTOQ_DB): not a database URL%s; use sqlite:PATH "
		    "or postgresql://USER@HOST/NAME",
		    strstr(url, "host=") != NULL || strstr(url, "dbname=") != NULL ?
		    " (a libpq connection string)" : "");
	if (**path == '\0')
		return err_set(e, ZX_USAGE, "sqlite: needs a path: sqlite:ztoq.db");
	if (strncmp(*path, "//", 2) == 0 && (*path)[2] != '/')
		return err_set(e, ZX_USAGE, "sqlite:// takes no host; use sqlite:PATH");
	return 0;
}

int
db_file(const char *url, const char **path, struct err *e)
{
	*path = NULL;
	return db_url_is_pg(url) ? 0 : db_url_path(url, path, e);
}

static int
db_choose(struct db *db, const char *url, int may_hold_secret, struct err *e)
{
	const char *path;

	if (db_file(url, &path, e) == -1)
		return -1;
	if (path == NULL) {
		db->ops = &db_pg_ops;
		db->kind = DB_PG;
		db->url = mem_dup(url);
		return db_pg_url(db, may_hold_secret, e);
	}
	db->ops = &db_sqlite_ops;
	db->kind = DB_SQLITE;
	db->url = mem_dup(path);
	db->where = mem_fmt("sqlite:%s", path);
	return 0;
}

int
db_check(const char *url, int may_hold_secret, int *there, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));
	int rc;

	*there = 1;
	if ((rc = db_choose(db, url, may_hold_secret, e)) == 0 && db->kind == DB_SQLITE)
		rc = db_sqlite_check(db, there, e);
	db_close(db);
	return rc;
}

int
db_tune(struct db *db, struct err *e)
{
	return db->kind == DB_SQLITE ? db_sqlite_tune(db, e) : 0;
}

int
db_open(struct db **out, const char *url, int may_hold_secret, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));

	*out = NULL;
	if (db_choose(db, url, may_hold_secret, e) == -1 ||
	    db->ops->open(db, e) == -1) {
		db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

int
db_open_private(struct db **out, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));

	*out = NULL;
	db->ops = &db_sqlite_ops;
	db->kind = DB_SQLITE;
	db->url = mem_dup("");		/* SQLite's name for such a file */
	db->where = mem_dup("temporary database");
	if (db->ops->open(db, e) == -1) {
		db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	if (db->back != NULL) {
		if (db->in_tx)
			db->ops->rollback(db);
		db_sql_free(db);
		db->ops->close(db);
	}
	free(db->url);
	free(db->where);
	free(db);
}

void
db_hurry(struct db *db)
{
	db->hurry = 1;
}

enum db_kind
db_kind(const struct db *db)
{
	return db->kind;
}

const char *
db_where(const struct db *db)
{
	return db->where;
}

void
db_counts(const struct db *db, int64_t *statements, int64_t *commits)
{
	*statements = db->statements;
	*commits = db->commits;
}

static int
db_fits(struct db *db, const struct db_sql *q, const struct db_args *a,
    struct err *e)
{
	if (q->params == a->n)
		return 0;
	return err_set(e, ZX_BUG, "%s: %d parameters for %d in: %.80s",
	    db->where, a->n, q->params, q->src);
}

struct one {
	struct db_sql	*q;
	struct db_args	*a;
	int64_t		 n;
};

static int
db_one_tx(struct db *db, void *arg, struct err *e)
{
	struct one *o = arg;

	o->n = db->ops->exec(db, o->q, o->a, e);
	if (o->n == -1)
		db_note(db, e);
	return o->n == -1 ? -1 : 0;
}

/* Alone, a statement is a transaction: redone or resolved like any other. */
static int64_t
db_run(struct db *db, struct err *e, int put, const char *sql, struct db_args *a)
{
	struct err why = { 0 };
	struct one o = { .q = db_sql_get(db, sql), .a = a, .n = -1 };

	db->statements++;
	if (db_fits(db, o.q, a, &why) == -1)
		o.n = -1;
	else if (!db->in_tx)
		o.n = db_tx(db, db_one_tx, &o, &why) == 0 ? o.n : -1;
	else if (put)
		o.n = db->ops->put(db, o.q, a, &why);
	else
		o.n = db->ops->exec(db, o.q, a, &why);
	if (o.n == -1) {
		db_note(db, &why);
		if (e != NULL)
			*e = why;
	}
	db_args_free(a);
	db_sql_put(db, o.q);
	return o.n;
}

int64_t
db_exec(struct db *db, struct err *e, const char *sql, const char *types, ...)
{
	struct db_args a;
	va_list ap;

	va_start(ap, types);
	db_args_get(&a, db->kind == DB_PG, types, ap);
	va_end(ap);
	return db_run(db, e, 0, sql, &a);
}

int
db_exec_async(struct db *db, struct err *e, const char *sql, const char *types, ...)
{
	struct db_args a;
	va_list ap;

	va_start(ap, types);
	db_args_get(&a, db->kind == DB_PG, types, ap);
	va_end(ap);
	return db_run(db, e, 1, sql, &a) == -1 ? -1 : 0;
}

int64_t
db_exec_vals(struct db *db, struct err *e, const char *sql, const struct db_val *v, int n)
{
	struct db_args a;

	db_args_vals(&a, db->kind == DB_PG, v, n);
	return db_run(db, e, 0, sql, &a);
}

int
db_exec_rows(struct db *db, struct err *e, struct db_rows *r, struct db_val *v, int rows)
{
	struct db_args a;
	int n, k = DB_ROWS - 1;

	if (r->sql[0] == NULL)
		db_sql_rows(r);
	while (rows > 0) {
		while (1 << k > rows)
			k--;
		n = r->each << k;
		db_args_vals(&a, db->kind == DB_PG, v, r->shared + n);
		if (db_run(db, e, 1, r->sql[k], &a) == -1)
			return -1;
		rows -= 1 << k;
		memmove(v + n, v, (size_t)r->shared * sizeof(*v));
		v += n;
	}
	return 0;
}

int
db_script(struct db *db, const char *sql, struct err *e)
{
	struct err why = { 0 };
	char *text = db_sql_text(db->kind, sql);
	int rc;

	db->statements++;
	rc = db->ops->script(db, text, &why);
	free(text);
	if (rc == 0)
		return 0;
	db_note(db, &why);
	if (e != NULL)
		*e = why;
	return -1;
}

static int
db_is_select(const char *sql)
{
	return strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "WITH", 4) == 0;
}

static void
db_run_query(struct db_query *q, struct db *db, const char *sql, const char *types,
    va_list ap)
{
	struct db_args a;
	struct db_sql *s = db_sql_get(db, sql);

	*q = (struct db_query){ .db = db };
	db_args_get(&a, db->kind == DB_PG, types, ap);
	db->statements++;
	db->queries++;
	if (!db->in_tx)
		db->outcome = DB_FATAL;
	if (db_fits(db, s, &a, &q->e) == 0)
		db->ops->query(q, s, &a);
	/* a question asked outside a transaction may be asked again */
	if (q->e.code != 0 && !db->in_tx && db->outcome == DB_LOST &&
	    db_is_select(sql) && db->ops->again(db, &q->e) != -1) {
		q->e = (struct err){ 0 };
		db->ops->query(q, s, &a);
	}
	db_args_free(&a);
	if (q->st == NULL || db->kind == DB_PG)
		db_sql_put(db, s);
}

void
db_query(struct db_query *q, struct db *db, const char *sql,
    const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	db_run_query(q, db, sql, types, ap);
	va_end(ap);
}

int
db_row(struct db_query *q)
{
	return q->e.code == 0 && q->st != NULL && q->db->ops->row(q);
}

const char *
db_str(struct db_query *q, int col)
{
	return q->db->ops->str(q, col);
}

size_t
db_len(struct db_query *q, int col)
{
	size_t len = 0;

	q->db->ops->blob(q, col, &len);
	return len;
}

const void *
db_blob(struct db_query *q, int col, size_t *len)
{
	return q->db->ops->blob(q, col, len);
}

int64_t
db_int(struct db_query *q, int col)
{
	return q->db->ops->null(q, col) ? 0 : q->db->ops->num(q, col);
}

int
db_null(struct db_query *q, int col)
{
	return q->db->ops->null(q, col);
}

int
db_done(struct db_query *q, struct err *e)
{
	if (q->db == NULL)
		return 0;
	q->db->ops->done(q);
	q->db->queries--;
	if (q->e.code != 0) {
		db_note(q->db, &q->e);
		if (e != NULL)
			*e = q->e;
	}
	q->db = NULL;
	q->st = NULL;
	return q->e.code == 0 ? 0 : -1;
}

int
db_one(struct db *db, int64_t *out, int64_t dflt, struct err *e,
    const char *sql, const char *types, ...)
{
	struct db_query q;
	va_list ap;

	*out = dflt;
	va_start(ap, types);
	db_run_query(&q, db, sql, types, ap);
	va_end(ap);
	if (db_row(&q) && !db_null(&q, 0))
		*out = db_int(&q, 0);
	return db_done(&q, e);
}
