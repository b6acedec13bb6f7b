#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/sig.h"
#include "base/time.h"
#include "io/db/db_pg_doubt.h"
#include "io/db/db_pg_pipe.h"

/*
 * The server is asked for the outcome of a transaction by its id.  A server that crashed
 * may give the same id to another transaction; so each transaction also writes a mark.
 */
enum { DOUBT_MS = 75 * 1000 };	/* more than the idle timeout of pg_begin */
#define NOW_MS	"CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

void
pg_marks_delete(struct db *db)
{
	struct pg *p = pg(db);
	const char *holder = p->holder;

	if (p->mark > 0 && PQstatus(p->c) == CONNECTION_OK &&
	    PQpipelineStatus(p->c) == PQ_PIPELINE_ON && PQexitPipelineMode(p->c))
		PQclear(PQexecParams(p->c, "DELETE FROM commit_mark WHERE"
		    " holder = $1 OR at < " NOW_MS " - 86400000", 1, NULL,
		    &holder, NULL, NULL, 0));
}

/* Send sql, whose parameters are the name of this connection and the number of its mark. */
static int
pg_mark_send(struct db *db, const char *sql, struct err *e)
{
	struct pg *p = pg(db);
	struct db_args a = { .n = 2, .v = {
	    { .type = 's', .s = p->holder, .len = strlen(p->holder) },
	    { .type = 'i', .i = p->mark } } };

	return pg_send(db, sql, &a, e);
}

int
pg_mark(struct db *db, struct err *e)
{
	pg(db)->mark++;
	pg(db)->marked = 1;
	return pg_mark_send(db, "INSERT INTO commit_mark (holder, n, at) VALUES ($1,"
	    " $2, " NOW_MS ") ON CONFLICT (holder) DO UPDATE"
	    " SET n = excluded.n, at = excluded.at", e);
}

/* Look the last mark up: its transaction is committed if the mark is stored. */
static enum db_again
pg_mark_lookup(struct db *db, struct err *e)
{
	enum db_again again;
	PGresult *r = NULL;

	if (pg_mark_send(db, "SELECT 1 FROM commit_mark WHERE holder = $1 AND n = $2",
	    e) == -1 || pg_drain(db, &r, e) == -1)
		return DB_UNKNOWN;
	again = PQntuples(r) == 1 ? DB_COMMITTED : DB_UNCOMMITTED;
	PQclear(r);
	return again;
}

/* Set word to the state of the transaction in doubt: committed, aborted, in progress. */
static int
pg_commit_lookup(struct db *db, char word[16], struct err *e)
{
	/* after a crash the id may not be in use yet, for which txid_status
	   fails: not committed */
	static const char ask[] = "SELECT CASE WHEN CAST($1 AS BIGINT) <"
	    " txid_current() THEN txid_status(CAST($1 AS BIGINT))"
	    " ELSE 'aborted' END";
	struct db_args a = { .n = 1, .v = { { .type = 'i', .i = pg(db)->doubt } } };
	PGresult *r = NULL;

	if (pg_send(db, ask, &a, e) == -1 || pg_drain(db, &r, e) == -1)
		return -1;
	snprintf(word, 16, "%s", PQgetvalue(r, 0, 0));
	PQclear(r);
	return 0;
}

/* A COMMIT may take long; one that did not arrive leaves the transaction open until the
   idle timeout of pg_begin. */
enum db_again
pg_again(struct db *db, struct err *e)
{
	int64_t from = time_mono_ms();
	struct pg *p = pg(db);
	char word[16] = "";

	if (pg_reconnect(db, e) == -1)
		return DB_UNKNOWN;
	while (p->doubt != 0) {
		if (pg_commit_lookup(db, word, e) == -1)
			return DB_UNKNOWN;
		if (strcmp(word, "in progress") != 0)
			break;
		if (sig_seen() || time_mono_ms() - from > DOUBT_MS)
			return (enum db_again)err_set(e, ZX_IO, "%s: it is not known yet "
			    "whether the last transaction was committed; run the same "
			    "command again", db->where);
		time_sleep_us(50 * 1000);
	}
	p->doubt = 0;
	if (strcmp(word, "committed") != 0)
		return DB_UNCOMMITTED;
	return p->marked ? pg_mark_lookup(db, e) : DB_COMMITTED;
}
