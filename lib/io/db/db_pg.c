#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/hash.h"
#include "io/db/db_pg.h"

/*
 * The connection is in pipeline mode for good.  Statements are sent as they
 * come; who needs an answer sends a sync and reads up to it.  So BEGIN and
 * everything put cost no round trip.  Nothing is prepared by name and nothing
 * that matters is set for the session: PgBouncer's transaction mode may stand
 * between.
 */
enum {
	CHUNK = 256,			/* statements unanswered at most */
	CHUNK_BYTES = 1024 * 1024,
	BYTEA = 17, BOOL = 16		/* type ids, from pg_type.dat */
};
static int
pg_open(struct db *db, struct err *e)
{
	db->back = mem_zalloc(sizeof(struct pg));
	hash_random(16, pg(db)->holder);
	return pg_connect(db, e);
}

static void
pg_close(struct db *db)
{
	pg_marks_forget(db);
	PQfinish(pg(db)->c);
	free(db->back);
	db->back = NULL;
}

int
pg_send(struct db *db, const char *text, const struct db_args *a, struct err *e)
{
	struct pg *p = pg(db);
	const char *val[DB_PARAMS];
	char num[DB_PARAMS][32];
	int len[DB_PARAMS], bin[DB_PARAMS], i, n = a ? a->n : 0;

	for (i = 0; i < n; i++) {
		val[i] = a->v[i].type ? a->v[i].s : NULL;
		len[i] = (int)a->v[i].len;
		bin[i] = a->v[i].type == 'b';
		if (a->v[i].type == 'i')
			snprintf(num[i], sizeof(num[i]), "%" PRId64, a->v[i].i);
		else if (a->v[i].type == 'd')
			snprintf(num[i], sizeof(num[i]), "%.17g", a->v[i].d);
		if (a->v[i].type == 'i' || a->v[i].type == 'd')
			val[i] = num[i];
		p->bytes += a->v[i].len;
	}
	if (!PQsendQueryParams(p->c, text, n, NULL, val, len, bin, 0))
		return pg_lost(db, e);
	p->pending++;
	return 0;
}

/* One statement's result; *out when it went well and is asked for. */
static int
pg_result_take(struct db *db, PGresult **out, struct err *e)
{
	PGresult *r = PQgetResult(pg(db)->c), *more;
	ExecStatusType st = PQresultStatus(r);

	if (r == NULL)
		return pg_lost(db, e);
	if (st == PGRES_FATAL_ERROR)
		pg_judge(db, r, e);
	while ((more = PQgetResult(pg(db)->c)) != NULL)
		PQclear(more);
	if (out != NULL && (st == PGRES_TUPLES_OK || st == PGRES_COMMAND_OK))
		*out = r;
	else
		PQclear(r);
	return PQstatus(pg(db)->c) == CONNECTION_BAD ? pg_lost(db, e) : 0;
}

/*
 * Read all answers.  *last, when asked for, is that of the last statement, to
 * be cleared; in a transaction its id is asked for on the same way, and whether
 * there is a table of marks: another process may just have made it.
 */
int
pg_drain(struct db *db, PGresult **last, struct err *e)
{
	struct pg *p = pg(db);
	static const char whose[] = "SELECT txid_current_if_assigned(),"
	    " to_regclass('commit_mark') IS NOT NULL";
	PGresult *xid = NULL;
	struct err why = { 0 };
	int i, ask = db->in_tx && p->xid == 0, n = p->pending, rc = 0;

	if (ask)
		rc = pg_send(db, whose, NULL, &why);
	if (rc == 0 && !PQpipelineSync(p->c))
		rc = pg_lost(db, &why);
	for (i = 0; rc == 0 && i < n; i++)
		rc = pg_result_take(db, i == n - 1 ? last : NULL, &why);
	if (rc == 0 && ask)
		rc = pg_result_take(db, &xid, &why);
	if (rc == 0)
		PQclear(PQgetResult(p->c));	/* the sync itself */
	if (xid != NULL && PQntuples(xid) == 1) {
		p->xid = strtoll(PQgetvalue(xid, 0, 0), NULL, 10);
		p->marks = *PQgetvalue(xid, 0, 1) == 't';
	}
	PQclear(xid);
	p->pending = 0;
	p->bytes = 0;
	if (why.code == 0)
		return 0;
	if (last != NULL) {
		PQclear(*last);
		*last = NULL;
	}
	*e = why;
	return -1;
}

static int
pg_begin(struct db *db, struct err *e)
{
	struct pg *p = pg(db);

	if (PQstatus(p->c) != CONNECTION_OK && pg_reconnect(db, e) == -1)
		return -1;
	p->xid = p->doubt = p->marked = 0;
	/* what a host that lost its power had locked is free in a minute */
	return pg_send(db, "BEGIN", NULL, e) == -1 ||
	    pg_send(db, "SET LOCAL idle_in_transaction_session_timeout = 60000",
	    NULL, e) == -1 ? -1 : 0;
}

/*
 * The id must be known before COMMIT leaves: when the connection dies over
 * it, the server is asked what became of that transaction.
 */
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
	enum db_outcome fate = db->outcome;

	db->in_tx = 0;
	if (PQstatus(pg(db)->c) == CONNECTION_OK &&
	    pg_send(db, "ROLLBACK", NULL, &e) == 0)
		pg_drain(db, NULL, &e);
	db->outcome = fate;
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

static int
pg_put(struct db *db, struct db_sql *s, const struct db_args *a,
    struct err *e)
{
	struct pg *p = pg(db);

	if (pg_send(db, s->text, a, e) == -1)
		return -1;
	if (p->pending < CHUNK && p->bytes < CHUNK_BYTES)
		return 0;
	return pg_drain(db, NULL, e);
}

/* Several statements at once: the one thing that a pipeline cannot take. */
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
	if (why.code != 0)
		*e = why;
	return why.code == 0 ? 0 : -1;
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
	q->held = PQntuples(r);
	q->cols = PQnfields(r);
}

static int
pg_row(struct db_query *q)
{
	return q->row + 1 < q->held && ++q->row < q->held;
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

static void
pg_forget(struct db_sql *s)
{
	(void)s;
}

const struct db_ops db_pg_ops = {
	.open = pg_open, .close = pg_close, .begin = pg_begin,
	.commit = pg_commit, .rollback = pg_rollback, .again = pg_again,
	.exec = pg_exec, .put = pg_put, .script = pg_script,
	.query = pg_query, .row = pg_row, .str = pg_str, .blob = pg_blob,
	.num = pg_num, .null = pg_null, .done = pg_done,
	.forget = pg_forget,
};
