#include <time.h>

#include "base/log.h"
#include "base/sig.h"
#include "io/db/db_back.h"

/* Transactions, and doing them again. */
enum { REDO_MAX = 100, LOST_MAX = 5 };

void
db_note(struct db *db, const struct err *e)
{
	if (db->in_tx && db->first_error.code == 0)
		db->first_error = *e;
}

int
db_begin(struct db *db, struct err *e)
{
	struct err why = { 0 };

	if (db->in_tx)
		die(ZX_BUG, "db: a transaction inside a transaction");
	if (db->queries > 0)	/* SQLite could not write from an old view */
		die(ZX_BUG, "db: a transaction while a query is open");
	db->outcome = DB_FATAL;
	db->first_error = (struct err){ 0 };
	if (db->ops->begin(db, &why) == -1) {
		if (e != NULL)
			*e = why;
		return -1;
	}
	db->in_tx = 1;
	return 0;
}

/*
 * A statement that failed dooms its transaction, whatever its caller made of
 * that: so it is in PostgreSQL, so it is here.
 */
int
db_end(struct db *db, int rc, struct err *e)
{
	struct err why = { 0 };

	if (!db->in_tx)
		die(ZX_BUG, "db: commit or rollback without a transaction");
	if (rc == 0 && db->first_error.code != 0) {
		rc = -1;
		if (e != NULL)
			*e = db->first_error;
	}
	if (rc != 0) {
		db->ops->rollback(db);
		db->in_tx = 0;
		return -1;
	}
	if (db->ops->commit(db, &why) == -1) {
		db->ops->rollback(db);
		db->in_tx = 0;
		if (e != NULL)
			*e = why;
		return -1;
	}
	db->in_tx = 0;
	db->commits++;
	return 0;
}

/* Two that met on the same rows part by a random few ms. */
static void
db_tx_backoff(int round)
{
	struct timespec ts = { 0 };

	if (round > 6)
		round = 6;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec = ts.tv_nsec / 1000 % (1000000L << round) + 500000;
	ts.tv_sec = 0;
	nanosleep(&ts, NULL);
}

/* After a failure: 1 do it again, 0 it is done after all, -1 give up. */
static int
db_tx_retry(struct db *db, int round, struct err *e)
{
	int rc;

	if (db->outcome == DB_FATAL ||
	    round >= (db->outcome == DB_LOST ? LOST_MAX : REDO_MAX))
		return -1;
	if (sig_seen())
		return err_set(e, ZX_RETRY, "%s: stopped by a signal while "
		    "waiting for the database", db->where);
	if (db->outcome == DB_LOST) {
		if ((rc = db->ops->again(db, e)) == 1)
			db->commits++;
		return rc == -1 ? -1 : !rc;
	}
	log_debug("db", "%s: repeating a transaction: %s", db->where,
	    e ? e->msg : "");
	db_tx_backoff(round);
	return 1;
}

int
db_tx(struct db *db, int (*fn)(struct db *, void *, struct err *), void *arg,
    struct err *e)
{
	struct err why;
	int rc, round = 0;

	do {
		why = (struct err){ 0 };
		if ((rc = db_begin(db, &why)) == 0) {
			rc = fn(db, arg, &why);
			/* fn's own reason is no reason to do it again */
			if (rc != 0 && db->first_error.code == 0)
				db->outcome = DB_FATAL;
			rc = db_end(db, rc, &why);
		}
	} while (rc == -1 && (rc = db_tx_retry(db, round++, &why)) == 1);
	if (rc == -1 && e != NULL)
		*e = why;
	return rc;
}
