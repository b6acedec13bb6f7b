#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sig.h"
#include "base/time.h"
#include "io/db/db_sqlite_file.h"

/* The operations of SQLite. */
enum {
	READER_MS = 200,		/* longest wait for readers at a checkpoint */
	WAL_EASY = 2000,		/* pages: copy back those that no process reads */
	WAL_HARD = 6000			/* pages: wait for readers, and truncate */
};

struct lite {
	sqlite3		*c;
	int64_t		 busy_from;	/* monotonic, start of the current wait */
	int64_t		 busy_max;	/* its longest duration, ms */
	int		 logged;	/* the current wait was logged */
	int		 wal_next;	/* pages at which to copy back next */
	int		 tuned;		/* journal mode and hook are set */
};

static struct lite *
lite(const struct db *db)
{
	return db->back;
}

/* Return the cause of the result code in words. */
static const char *
lite_explain(struct lite *l, int code)
{
	if (code == SQLITE_FULL || (code == SQLITE_IOERR &&
	    sqlite3_system_errno(l->c) == ENOSPC))
		return "disk full; free some space, then run the same command again";
	if (code == SQLITE_READONLY)
		return "the database is read-only";
	if (code == SQLITE_NOTADB)
		return "this file is not a database; choose another one with ZTOQ_DB or --db";
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return "locked by another process for too long; run the command again later";
	if (code == SQLITE_CANTOPEN && sqlite3_system_errno(l->c) != 0)
		return strerror(sqlite3_system_errno(l->c));
	return sqlite3_errmsg(l->c);
}

/* Set e and db->outcome for the last failure; returns -1.  sql is the statement or NULL. */
static int
lite_fail(struct db *db, const char *sql, struct err *e)
{
	struct lite *l = lite(db);
	int code = sqlite3_errcode(l->c) & 0xff;
	int ours = code == SQLITE_ERROR || code == SQLITE_CONSTRAINT ||
	    code == SQLITE_MISMATCH || code == SQLITE_RANGE ||
	    code == SQLITE_MISUSE;

	db->outcome = code == SQLITE_BUSY || code == SQLITE_LOCKED ?
	    DB_REDO : DB_FATAL;
	if (ours && sql != NULL)
		return err_set(e, ZX_BUG, "%s: %s in: %.120s", db->where,
		    sqlite3_errmsg(l->c), sql);
	return err_set(e, ours ? ZX_BUG : ZX_IO, "%s: %s", db->where,
	    lite_explain(l, code));
}

/* Wait a little for another process; returns 0 to stop waiting. */
static int
on_busy(void *arg, int round)
{
	static const int wait_ms[] = { 1, 2, 3, 5, 8, 12, 20 };
	struct db *db = arg;
	struct lite *l = lite(db);
	int64_t now = time_mono_ms();

	if (round == 0) {
		l->busy_from = now;
		l->logged = 0;
	}
	if (now - l->busy_from >= l->busy_max ||
	    ((db->short_waits || sig_seen()) && now - l->busy_from >= DB_SHORT_MS))
		return 0;
	if (!l->logged && now - l->busy_from >= DB_LOG_MS) {
		l->logged = 1;
		log_warn("db", "%s: locked by another process, waiting up to "
		    "%d s", db->where, DB_WAIT_MS / 1000);
	}
	time_sleep_us(1000 * wait_ms[round < 7 ? round : 6]);
	return 1;
}

/*
 * Keep the WAL small, after each commit.  Pages that no process reads are copied back into
 * the database.  Readers of old pages delay that, so a long WAL waits for them a little.
 */
static int
on_commit(void *arg, sqlite3 *c, const char *name, int pages)
{
	struct db *db = arg;
	struct lite *l = lite(db);
	int mode = SQLITE_CHECKPOINT_PASSIVE;

	if (pages < WAL_EASY)
		l->wal_next = WAL_EASY;
	if (pages < l->wal_next)
		return SQLITE_OK;
	if (pages >= WAL_HARD && db->queries == 0) {
		mode = SQLITE_CHECKPOINT_TRUNCATE;
		l->busy_max = READER_MS;
	}
	l->wal_next = pages + WAL_EASY;
	sqlite3_wal_checkpoint_v2(c, name, mode, NULL, NULL);
	l->busy_max = DB_WAIT_MS;
	return SQLITE_OK;
}

static int
lite_script(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(lite(db)->c, sql, NULL, NULL, NULL) != SQLITE_OK)
		return lite_fail(db, sql, e);
	return 0;
}

static int
lite_tune(struct db *db, struct err *e)
{
	/* another process may open the new file, too: SQLite calls no busy handler here */
	int64_t until = time_mono_ms() + DB_WAIT_MS;
	struct lite *l = lite(db);
	int rc;

	if (l->tuned)
		return 0;
	while ((rc = lite_script(db, "PRAGMA journal_mode = WAL", e)) == -1 &&
	    db->outcome == DB_REDO && !sig_seen() && time_mono_ms() < until)
		time_sleep_us(5000);
	if (rc == -1)
		return -1;
	sqlite3_wal_hook(l->c, on_commit, db);
	l->tuned = 1;
	return 0;
}

/* Return 1 if the pragma in sql has the value want. */
static int
lite_pragma_is(struct lite *l, const char *sql, const char *want)
{
	sqlite3_stmt *st = NULL;
	const char *text;
	int is = 0;

	if (sqlite3_prepare_v2(l->c, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		text = (const char *)sqlite3_column_text(st, 0);
		is = text != NULL && strcmp(text, want) == 0;
	}
	sqlite3_finalize(st);
	return is;
}

static int
lite_open(struct db *db, struct err *e)
{
	struct lite *l = db->back = mem_zalloc(sizeof(*l));

	l->busy_max = DB_WAIT_MS;
	l->wal_next = WAL_EASY;
	/* memory statistics take a lock each time; the call fails while another
	   database is open, but then the option is set already */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite_file_make(db, e) == -1)
		return -1;
	if (sqlite3_open_v2(db->url, &l->c, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return lite_fail(db, NULL, e);
	sqlite3_extended_result_codes(l->c, 1);
	sqlite3_busy_handler(l->c, on_busy, db);
	if (lite_script(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;"
	    "PRAGMA cache_size = -8000;"
	    "PRAGMA journal_size_limit = 33554432", e) == -1)
		return -1;
	/* a file that another program made must stay as it is */
	return lite_pragma_is(l, "PRAGMA journal_mode", "wal") ||
	    lite_pragma_is(l, "PRAGMA page_count", "0") ?
	    lite_tune(db, e) : 0;
}

static void
lite_close(struct db *db)
{
	struct lite *l = lite(db);

	sqlite3_close(l->c);
	free(l);
	db->back = NULL;
}

static void
lite_forget(struct db_sql *s)
{
	sqlite3_finalize(s->st);
	s->st = NULL;
}

static int
lite_begin(struct db *db, struct err *e)
{
	return lite_script(db, "BEGIN IMMEDIATE", e);
}

static int
lite_commit(struct db *db, struct err *e)
{
	return lite_script(db, "COMMIT", e);
}

static void
lite_rollback(struct db *db)
{
	/* SQLite may have rolled back by itself: a full disk */
	if (!sqlite3_get_autocommit(lite(db)->c))
		sqlite3_exec(lite(db)->c, "ROLLBACK", NULL, NULL, NULL);
}

/* Set parameter at (from 1) of st.  keep is SQLITE_STATIC if v is valid until the end of
   the statement, else SQLITE_TRANSIENT. */
static int
lite_bind(sqlite3_stmt *st, int at, const struct db_val *v,
    sqlite3_destructor_type keep)
{
	switch (v->type) {
	case 'i':
		return sqlite3_bind_int64(st, at, v->i);
	case 's':
		return sqlite3_bind_text64(st, at, v->s, v->len, keep,
		    SQLITE_UTF8);
	case 'b':
		return sqlite3_bind_blob64(st, at, v->s, v->len, keep);
	default:
		return sqlite3_bind_null(st, at);
	}
}

/* Return s, prepared and with its parameters set, or NULL with e set. */
static sqlite3_stmt *
lite_prepare(struct db *db, struct db_sql *s, const struct db_args *a,
    sqlite3_destructor_type keep, struct err *e)
{
	sqlite3_stmt *st = s->st;
	int i;

	if (st == NULL && sqlite3_prepare_v3(lite(db)->c, s->text, -1,
	    SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) {
		lite_fail(db, s->src, e);
		return NULL;
	}
	s->st = st;
	for (i = 0; i < a->n; i++) {
		if (lite_bind(st, i + 1, &a->v[i], keep) != SQLITE_OK) {
			lite_fail(db, s->src, e);
			sqlite3_clear_bindings(st);
			return NULL;
		}
	}
	return st;
}

/* Make st ready for another run, and end its read transaction. */
static void
lite_reset(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

static int64_t
lite_exec(struct db *db, struct db_sql *s, const struct db_args *a,
    struct err *e)
{
	sqlite3_stmt *st = lite_prepare(db, s, a, SQLITE_STATIC, e);
	int64_t before = sqlite3_total_changes64(lite(db)->c), n = 0;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		n++;
	if (rc != SQLITE_DONE)
		n = lite_fail(db, s->src, e);
	else if (!sqlite3_stmt_readonly(st))	/* n stays 0 for DDL */
		n = sqlite3_total_changes64(lite(db)->c) - before;
	lite_reset(st);
	return n;
}

static void
lite_query(struct db_query *q, struct db_sql *s, const struct db_args *a)
{
	sqlite3_stmt *st = lite_prepare(q->db, s, a, SQLITE_TRANSIENT, &q->e);

	if (st == NULL)
		return;
	s->busy = 1;
	q->st = s;
}

static sqlite3_stmt *
lite_stmt(struct db_query *q)
{
	return ((struct db_sql *)q->st)->st;
}

static int
lite_row(struct db_query *q)
{
	int rc;

	if (q->row == -1)	/* at the end: a further step would begin again */
		return 0;
	if ((rc = sqlite3_step(lite_stmt(q))) == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		lite_fail(q->db, sqlite3_sql(lite_stmt(q)), &q->e);
	q->row = -1;
	lite_reset(lite_stmt(q));		/* db_done may come much later */
	return 0;
}

static const char *
lite_str(struct db_query *q, int col)
{
	return (const char *)sqlite3_column_text(lite_stmt(q), col);
}

static const void *
lite_blob(struct db_query *q, int col, size_t *len)
{
	const void *p = sqlite3_column_blob(lite_stmt(q), col);

	*len = (size_t)sqlite3_column_bytes(lite_stmt(q), col);
	return p;
}

static int64_t
lite_num(struct db_query *q, int col)
{
	return sqlite3_column_int64(lite_stmt(q), col);
}

static int
lite_null(struct db_query *q, int col)
{
	return sqlite3_column_type(lite_stmt(q), col) == SQLITE_NULL;
}

static void
lite_done(struct db_query *q)
{
	if (q->st == NULL)
		return;
	lite_reset(lite_stmt(q));
	db_sql_put(q->db, q->st);
}

const struct db_ops db_sqlite_ops = {
	.open_db = lite_open, .close_db = lite_close, .check_file = sqlite_file_check,
	.tune_file = lite_tune, .begin_tx = lite_begin, .commit_tx = lite_commit,
	.rollback_tx = lite_rollback, .exec = lite_exec, .exec_async = lite_exec,
	.run_script = lite_script, .run_query = lite_query, .next_row = lite_row,
	.get_str = lite_str, .get_blob = lite_blob, .get_int = lite_num, .is_null = lite_null,
	.end_query = lite_done, .free_statement = lite_forget,
};
