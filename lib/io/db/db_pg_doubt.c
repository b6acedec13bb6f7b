#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sig.h"
#include "base/time.h"
#include "io/db/db_pg.h"

/*
 * What became of a COMMIT that was not answered.  The server is asked for the
 * transaction by its id; but one that crashed may give the id to somebody else,
 * so that each transaction writes a mark of its own, too.
 */
enum { DOUBT_MS = 75 * 1000 };	/* what the server waits for (pg_begin), and more */
#define NOW_MS	"CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

/* Marks of ours, and of those who could not take theirs away. */
void
pg_marks_forget(struct db *db)
{
	struct pg *p = pg(db);
	const char *holder = p->holder;

	if (p->mark > 0 && PQstatus(p->c) == CONNECTION_OK &&
	    PQpipelineStatus(p->c) == PQ_PIPELINE_ON && PQexitPipelineMode(p->c))
		PQclear(PQexecParams(p->c, "DELETE FROM commit_mark WHERE"
		    " holder = $1 OR at < " NOW_MS " - 86400000", 1, NULL,
		    &holder, NULL, NULL, 0));
}

int
pg_mark(struct db *db, struct err *e)
{
	struct pg *p = pg(db);
	struct db_args a = { .n = 2, .v = {
	    { .type = 's', .s = p->holder, .len = strlen(p->holder) },
	    { .type = 'i', .i = ++p->mark } } };

	p->marked = 1;
	return pg_send(db, "INSERT INTO commit_mark (holder, n, at) VALUES ($1,"
	    " $2, " NOW_MS ") ON CONFLICT (holder) DO UPDATE"
	    " SET n = excluded.n, at = excluded.at", &a, e);
}

/* 1: the transaction whose mark is the last one is there. */
static int
pg_mark_is_stored(struct db *db, struct err *e)
{
	struct pg *p = pg(db);
	struct db_args a = { .n = 2, .v = {
	    { .type = 's', .s = p->holder, .len = strlen(p->holder) },
	    { .type = 'i', .i = p->mark } } };
	PGresult *r = NULL;
	int is;

	if (pg_send(db, "SELECT 1 FROM commit_mark WHERE holder = $1 AND n = $2",
	    &a, e) == -1 || pg_drain(db, &r, e) == -1)
		return -1;
	is = PQntuples(r) == 1;
	PQclear(r);
	return is;
}

/* What became of the transaction in doubt: committed, aborted, in progress. */
static int
pg_commit_lookup(struct db *db, char word[16], struct err *e)
{
	/* after a crash the id may be one that nobody has had: not committed,
	   where txid_status would object */
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

/* A COMMIT may take its time; one that never arrived holds its transaction
   open until the server's patience ends (pg_begin). */
int
pg_again(struct db *db, struct err *e)
{
	const struct timespec pause = { 0, 50 * 1000 * 1000 };
	int64_t from = time_mono_ms();
	struct pg *p = pg(db);
	char word[16] = "";

	if (pg_reconnect(db, e) == -1)
		return -1;
	while (p->doubt != 0) {
		if (pg_commit_lookup(db, word, e) == -1)
			return -1;
		if (strcmp(word, "in progress") != 0)
			break;
		if (sig_seen() || time_mono_ms() - from > DOUBT_MS)
			return err_set(e, ZX_IO, "%s: it is not known yet whether the last "
			    "transaction was committed; run the same command again",
			    db->where);
		nanosleep(&pause, NULL);
	}
	p->doubt = 0;
	if (strcmp(word, "committed") != 0)
		return 0;
	return p->marked ? pg_mark_is_stored(db, e) : 1;
}
