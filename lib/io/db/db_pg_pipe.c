#include <inttypes.h>
#include <stdlib.h>

#include "io/db/db_pg_pipe.h"

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
		if (a->v[i].type == 'i') {
			snprintf(num[i], sizeof(num[i]), "%" PRId64, a->v[i].i);
			val[i] = num[i];
		}
		p->bytes += a->v[i].len;
	}
	if (!PQsendQueryParams(p->c, text, n, NULL, val, len, bin, 0))
		return pg_lost(db, e);
	p->pending++;
	return 0;
}

/* Read the result of one statement.  Sets *out, unless out is NULL, to it if the
   statement succeeded; e if it did not.  Returns -1 if the connection is broken. */
static int
pg_result_read(struct db *db, PGresult **out, struct err *e)
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
 * In a transaction the same round trip asks for its id, and for the table of marks: another
 * process may have created it.
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
		rc = pg_result_read(db, i == n - 1 ? last : NULL, &why);
	if (rc == 0 && ask)
		rc = pg_result_read(db, &xid, &why);
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
	return err_copy(e, &why);
}
