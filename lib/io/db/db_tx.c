#include <time.h>

#include "base/log.h"
#include "base/sig.h"
#include "base/time.h"
#include "io/db/db_back.h"

/* Transactions and their repetition. */
enum { REDO_MAX = 100, LOST_MAX = 5 };	/* most repetitions after DB_REDO, DB_LOST */

/* How a failed transaction goes on. */
enum tx_retry { TX_FAIL = -1, TX_DONE, TX_REPEAT };

int
db_fail(struct db *db, struct err *e, const struct err *why)
{
	if (db->in_tx && db->first_error.code == 0)
		db->first_error = *why;
	return err_copy(e, why);
}

int
db_begin(struct db *db, struct err *e)
{
	struct err why = { 0 };

	if (db->in_tx)
		die(ZX_BUG, "db: a transaction inside a transaction");
	if (db->queries > 0)	/* SQLite cannot write from an old snapshot */
		die(ZX_BUG, "db: a transaction while a query is open");
	db->outcome = DB_FATAL;
	db->first_error = (struct err){ 0 };
	if (db->ops->begin_tx(db, &why) == -1)
		return err_copy(e, &why);
	db->in_tx = 1;
	return 0;
}

/* After the failure of a statement the transaction is rolled back, even if the caller
   ignored the failure: as PostgreSQL does. */
int
db_end(struct db *db, int rc, struct err *e)
{
	struct err why = { 0 };

	if (!db->in_tx)
		die(ZX_BUG, "db: commit or rollback without a transaction");
	if (rc == 0 && db->first_error.code != 0)
		rc = err_copy(e, &db->first_error);
	else if (rc == 0 && db->ops->commit_tx(db, &why) == -1)
		rc = err_copy(e, &why);
	if (rc != 0)
		db->ops->rollback_tx(db);
	db->in_tx = 0;
	return rc == 0 ? 0 : -1;
}

/* Decide how a transaction that failed after round repetitions goes on, and wait. */
static enum tx_retry
db_tx_retry(struct db *db, int round, struct err *e)
{
	struct timespec ts = { 0 };
	enum db_again again;

	if (db->outcome == DB_FATAL ||
	    round >= (db->outcome == DB_LOST ? LOST_MAX : REDO_MAX))
		return TX_FAIL;
	if (sig_seen()) {
		err_set(e, ZX_RETRY, "%s: stopped by a signal while "
		    "waiting for the database", db->where);
		return TX_FAIL;
	}
	if (db->outcome == DB_LOST) {
		again = db->ops->connect_again(db, e);
		return again == DB_UNKNOWN ? TX_FAIL : again == DB_COMMITTED ? TX_DONE :
		    TX_REPEAT;
	}
	log_debug("db", "%s: repeating a transaction: %s", db->where,
	    e ? e->msg : "");
	/* a random time: two transactions that met must not meet again */
	clock_gettime(CLOCK_MONOTONIC, &ts);
	time_sleep_us(500 + ts.tv_nsec / 1000 % 1000);
	return TX_REPEAT;
}

int
db_tx(struct db *db, int (*fn)(struct db *, void *, struct err *), void *arg,
    struct err *e)
{
	enum tx_retry next = TX_REPEAT;
	struct err why;
	int rc, round;

	for (round = 0; next == TX_REPEAT; round++) {
		why = (struct err){ 0 };
		if ((rc = db_begin(db, &why)) == 0) {
			rc = fn(db, arg, &why);
			/* a failure of fn itself would only be repeated */
			if (rc != 0 && db->first_error.code == 0)
				db->outcome = DB_FATAL;
			rc = db_end(db, rc, &why);
		}
		next = rc == 0 ? TX_DONE : db_tx_retry(db, round, &why);
	}
	return next == TX_DONE ? 0 : err_copy(e, &why);
}
