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
 * Set *path to the file that an SQLite URL names.  A bare path must not look like a
 * mistyped URL or a connection string: as the name of a file it would lead a migration
 * into an empty database.
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

/* Make db an SQLite database in the file path; where is taken over. */
static void
db_use_sqlite(struct db *db, const char *path, char *where)
{
	db->ops = &db_sqlite_ops;
	db->kind = DB_SQLITE;
	db->url = mem_dup(path);
	db->where = where;
}

/* Make db the database that url names, and check the URL. */
static int
db_use_url(struct db *db, const char *url, enum db_url_from from, struct err *e)
{
	const char *path;

	if (db_file(url, &path, e) == -1)
		return -1;
	if (path != NULL) {
		db_use_sqlite(db, path, mem_fmt("sqlite:%s", path));
		return 0;
	}
	db->ops = &db_pg_ops;
	db->kind = DB_PG;
	db->url = mem_dup(url);
	return db_pg_url(db, from, e);
}

int
db_check(const char *url, enum db_url_from from, int *there, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));
	int rc;

	*there = 1;
	if ((rc = db_use_url(db, url, from, e)) == 0 && db->ops->check_file != NULL)
		rc = db->ops->check_file(db, there, e);
	db_close(db);
	return rc;
}

int
db_tune(struct db *db, struct err *e)
{
	return db->ops->tune_file != NULL ? db->ops->tune_file(db, e) : 0;
}

/* Open db if rc is 0, and set *out to it; else free it and return -1. */
static int
db_start(struct db **out, struct db *db, int rc, struct err *e)
{
	if (rc == 0 && db->ops->open_db(db, e) == 0) {
		*out = db;
		return 0;
	}
	db_close(db);
	*out = NULL;
	return -1;
}

int
db_open(struct db **out, const char *url, enum db_url_from from, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));

	return db_start(out, db, db_use_url(db, url, from, e), e);
}

int
db_open_private(struct db **out, struct err *e)
{
	struct db *db = mem_zalloc(sizeof(*db));

	/* SQLite deletes a file without a name by itself */
	db_use_sqlite(db, "", mem_dup("temporary database"));
	return db_start(out, db, 0, e);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	if (db->back != NULL) {
		if (db->in_tx)
			db->ops->rollback_tx(db);
		db_sql_free(db);
		db->ops->close_db(db);
	}
	free(db->url);
	free(db->where);
	free(db);
}

void
db_limit_waits(struct db *db)
{
	db->short_waits = 1;
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

/* Check that a has as many parameters as q. */
static int
db_check_args(struct db *db, const struct db_sql *q, const struct db_args *a,
    struct err *e)
{
	if (q->params == a->n)
		return 0;
	return err_set(e, ZX_BUG, "%s: %d parameters for %d in: %.80s",
	    db->where, a->n, q->params, q->src);
}

/* A statement that is a transaction by itself. */
struct single {
	struct db_sql	*q;
	struct db_args	*a;
	int64_t		 n;	/* its result */
};

static int
db_run_single(struct db *db, void *arg, struct err *e)
{
	struct single *o = arg;

	o->n = db->ops->exec(db, o->q, o->a, e);
	return o->n == -1 ? db_fail(db, NULL, e) : 0;
}

/* Run sql by op, or in a transaction of its own, and free a. */
static int64_t
db_run(struct db *db, struct err *e, db_exec_op *op, const char *sql, struct db_args *a)
{
	struct err why = { 0 };
	struct single o = { .q = db_sql_get(db, sql), .a = a, .n = -1 };

	db->statements++;
	if (db_check_args(db, o.q, a, &why) == 0)
		o.n = db->in_tx ? op(db, o.q, a, &why) :
		    db_tx(db, db_run_single, &o, &why) == 0 ? o.n : -1;
	if (o.n == -1)
		db_fail(db, e, &why);
	db_args_free(a);
	db_sql_put(db, o.q);
	return o.n;
}

/* Run sql as db_run does, with the parameters in ap. */
static int64_t
db_run_list(struct db *db, struct err *e, db_exec_op *op, const char *sql,
    const char *types, va_list ap)
{
	struct db_args a;

	db_args_get(&a, db->kind == DB_PG, types, ap);
	return db_run(db, e, op, sql, &a);
}

int64_t
db_exec(struct db *db, struct err *e, const char *sql, const char *types, ...)
{
	va_list ap;
	int64_t n;

	va_start(ap, types);
	n = db_run_list(db, e, db->ops->exec, sql, types, ap);
	va_end(ap);
	return n;
}

int
db_exec_async(struct db *db, struct err *e, const char *sql, const char *types, ...)
{
	va_list ap;
	int64_t n;

	va_start(ap, types);
	n = db_run_list(db, e, db->ops->exec_async, sql, types, ap);
	va_end(ap);
	return n == -1 ? -1 : 0;
}

int64_t
db_exec_vals(struct db *db, struct err *e, const char *sql, const struct db_val *v, int n)
{
	struct db_args a;

	db_args_vals(&a, db->kind == DB_PG, v, n);
	return db_run(db, e, db->ops->exec, sql, &a);
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
		if (db_run(db, e, db->ops->exec_async, r->sql[k], &a) == -1)
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
	rc = db->ops->run_script(db, text, &why);
	free(text);
	return rc == 0 ? 0 : db_fail(db, e, &why);
}

/* Return 1 if sql reads only. */
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
	if (db_check_args(db, s, &a, &q->e) == 0)
		db->ops->run_query(q, s, &a);
	/* a query outside a transaction can be repeated */
	if (q->e.code != 0 && !db->in_tx && db->outcome == DB_LOST &&
	    db_is_select(sql) && db->ops->connect_again(db, &q->e) != DB_UNKNOWN) {
		q->e = (struct err){ 0 };
		db->ops->run_query(q, s, &a);
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
	return q->e.code == 0 && q->st != NULL && q->db->ops->next_row(q);
}

const char *
db_str(struct db_query *q, int col)
{
	return q->db->ops->get_str(q, col);
}

size_t
db_len(struct db_query *q, int col)
{
	size_t len = 0;

	q->db->ops->get_blob(q, col, &len);
	return len;
}

const void *
db_blob(struct db_query *q, int col, size_t *len)
{
	return q->db->ops->get_blob(q, col, len);
}

int64_t
db_int(struct db_query *q, int col)
{
	return q->db->ops->is_null(q, col) ? 0 : q->db->ops->get_int(q, col);
}

int
db_null(struct db_query *q, int col)
{
	return q->db->ops->is_null(q, col);
}

int
db_done(struct db_query *q, struct err *e)
{
	if (q->db == NULL)
		return 0;
	q->db->ops->end_query(q);
	q->db->queries--;
	if (q->e.code != 0)
		db_fail(q->db, e, &q->e);
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
