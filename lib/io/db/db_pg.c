#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/hash.h"
#include "io/db/db_pg_doubt.h"
#include "io/db/db_pg_pipe.h"

/*
 * The operations of PostgreSQL.  The connection always is in pipeline mode: statements
 * are sent at once, and a function that needs a result reads the answers to all of them.
 * So BEGIN and asynchronous statements cost no round trip.  Statements are not prepared by
 * name, and the session has no settings that results depend on: a pooler such as
 * PgBouncer may change the session behind each transaction.
 */
enum {
	CHUNK = 256,			/* most statements without an answer */
	CHUNK_BYTES = 1024 * 1024,	/* most bytes of their parameters */
	BYTEA = 17, BOOL = 16		/* type ids, from pg_type.dat */
};

static int
pg_open(struct db *db, struct err *e)
{
	db->back = mem_zalloc(sizeof(struct pg));
	hash_random(16, pg(db)->holder);
	return pg_connect(db, e) == 0 ? 0 :
	    err_at(e, "cannot open the database (check ZTOQ_DB or --db, and the server)");
}

static void
pg_close(struct db *db)
{
	pg_marks_delete(db);
	PQfinish(pg(db)->c);
	free(db->back);
	db->back = NULL;
}

static int
pg_begin(struct db *db, struct err *e)
{
	struct pg *p = pg(db);

	if (PQstatus(p->c) != CONNECTION_OK && pg_reconnect(db, e) == -1)
		return -1;
	p->xid = p->doubt = p->marked = 0;
	/* the locks of a host that lost its power are free after a minute */
	return pg_send(db, "BEGIN", NULL, e) == -1 ||
	    pg_send(db, "SET LOCAL idle_in_transaction_session_timeout = 60000",
	    NULL, e) == -1 ? -1 : 0;
}

/* Commit.  The id of the transaction is read before: if the connection breaks, the server
   is asked by the id for the outcome. */
static int
pg_commit(struct db *db, struct err *e)
{
	struct pg *p = pg(db);
	PGresult *r = NULL;
	int rc;

	if (p->pending > 0 && p->xid == 0 && pg_drain(db, NULL, e) == -1)
		return -1;
	if ((p->xid != 0 && p->marks && pg_mark(db, e) == -1) ||
	    pg_send(db, "COMMIT", NULL, e) == -1)
		return -1;
	db->in_tx = 0;
	p->doubt = p->xid;
	if ((rc = pg_drain(db, &r, e)) == 0) {
		p->doubt = 0;
		if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
			rc = err_set(e, ZX_BUG,
			    "%s: the server rolled the transaction back", db->where);
	} else if (db->outcome != DB_LOST) {
		p->doubt = 0;
	}
	PQclear(r);
	return rc;
}

static void
pg_rollback(struct db *db)
{
	struct err e = { 0 };
	enum db_outcome outcome = db->outcome;

	db->in_tx = 0;
	if (PQstatus(pg(db)->c) == CONNECTION_OK &&
	    pg_send(db, "ROLLBACK", NULL, &e) == 0)
		pg_drain(db, NULL, &e);
	db->outcome = outcome;
}

static int64_t
pg_exec(struct db *db, struct db_sql *s, const struct db_args *a,
    struct err *e)
{
	PGresult *r = NULL;
	int64_t n;

	if (pg_send(db, s->text, a, e) == -1 || pg_drain(db, &r, e) == -1)
		return -1;
	n = *PQcmdTuples(r) ? strtoll(PQcmdTuples(r), NULL, 10) : 0;
	PQclear(r);
	return n;
}

static int64_t
pg_exec_async(struct db *db, struct db_sql *s, const struct db_args *a,
    struct err *e)
{
	struct pg *p = pg(db);

	if (pg_send(db, s->text, a, e) == -1)
		return -1;
	if (p->pending < CHUNK && p->bytes < CHUNK_BYTES)
		return 0;
	return pg_drain(db, NULL, e);
}

/* Run several statements at once, which is not possible in a pipeline. */
static int
pg_script(struct db *db, const char *sql, struct err *e)
{
	struct pg *p = pg(db);
	PGresult *r;
	struct err why = { 0 };

	if (pg_drain(db, NULL, e) == -1 || !PQexitPipelineMode(p->c))
		return -1;
	r = PQexec(p->c, sql);
	if (PQresultStatus(r) == PGRES_FATAL_ERROR)
		pg_judge(db, r, &why);
	PQclear(r);
	PQenterPipelineMode(p->c);
	return why.code == 0 ? 0 : err_copy(e, &why);
}

static void
pg_query(struct db_query *q, struct db_sql *s, const struct db_args *a)
{
	PGresult *r = NULL;

	if (pg_send(q->db, s->text, a, &q->e) == -1 ||
	    pg_drain(q->db, &r, &q->e) == -1)
		return;
	q->st = r;
	q->row = -1;
}

static int
pg_row(struct db_query *q)
{
	if (q->row + 1 >= PQntuples(q->st))
		return 0;
	q->row++;
	return 1;
}

static int
pg_null(struct db_query *q, int col)
{
	return PQgetisnull(q->st, q->row, col);
}

static const char *
pg_str(struct db_query *q, int col)
{
	const char *s = PQgetvalue(q->st, q->row, col);

	if (pg_null(q, col))
		return NULL;
	if (PQftype(q->st, col) == BOOL)
		return *s == 't' ? "1" : "0";
	return s;
}

static const void *
pg_blob(struct db_query *q, int col, size_t *len)
{
	const char *s = pg_str(q, col);

	*len = s ? strlen(s) : 0;
	if (s == NULL || PQftype(q->st, col) != BYTEA)
		return s;
	PQfreemem(q->blob);
	q->blob = PQunescapeBytea((const unsigned char *)s, len);
	return q->blob;
}

static int64_t
pg_num(struct db_query *q, int col)
{
	return strtoll(pg_str(q, col), NULL, 10);
}

static void
pg_done(struct db_query *q)
{
	PQfreemem(q->blob);
	PQclear(q->st);
	q->blob = NULL;
}

const struct db_ops db_pg_ops = {
	.open_db = pg_open, .close_db = pg_close, .begin_tx = pg_begin, .commit_tx = pg_commit,
	.rollback_tx = pg_rollback, .connect_again = pg_again, .exec = pg_exec,
	.exec_async = pg_exec_async, .run_script = pg_script, .run_query = pg_query,
	.next_row = pg_row, .get_str = pg_str, .get_blob = pg_blob, .get_int = pg_num,
	.is_null = pg_null, .end_query = pg_done,
};
