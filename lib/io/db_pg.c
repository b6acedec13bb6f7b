#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sig.h"
#include "base/time.h"
#include "io/db_back.h"

/*
 * The connection is in pipeline mode for good.  Statements are sent as they
 * come; who needs an answer sends a sync and reads up to it.  So BEGIN and
 * everything put cost no round trip.  Nothing is prepared by name and nothing
 * is set for the session: PgBouncer's transaction mode may stand between.
 */
enum {
	CHUNK = 256,			/* statements unanswered at most */
	CHUNK_BYTES = 1024 * 1024,
	BACK_MS = 60 * 1000,		/* for the server to come back */
	TELL_MS = 10 * 1000,
	BYTEA = 17, BOOL = 16		/* type ids, from pg_type.dat */
};

struct pg {
	PGconn	*c;
	int	 pending;	/* statements sent and not answered */
	size_t	 bytes;		/* ... and their parameters */
	int	 asked_xid;	/* the transaction id is among them */
	int64_t	 xid;		/* of this transaction; 0: has written nothing */
	int64_t	 doubt;		/* xid whose COMMIT was not answered */
};

static struct pg *
pg(const struct db *db)
{
	return db->back;
}

/* The raw password of URL text, before anybody trusts its syntax. */
static void
hide_raw(const char *url)
{
	const char *s = strstr(url, "://") + 3, *at = strrchr(s, '@'), *colon;
	char *word;

	colon = at ? memchr(s, ':', (size_t)(at - s)) : NULL;
	if (colon != NULL && at - colon > 1) {
		word = mem_dupn(colon + 1, (size_t)(at - colon) - 1);
		log_secret(word);
		free(word);
	}
	if ((s = strstr(url, "password=")) != NULL && s[9] != '\0') {
		word = mem_dupn(s + 9, strcspn(s + 9, "&"));
		log_secret(word);
		free(word);
	}
}

static const char *
part(PQconninfoOption *o, const char *name, const char *env, const char *dflt)
{
	for (; o->keyword != NULL; o++)
		if (strcmp(o->keyword, name) == 0 && o->val && *o->val)
			return o->val;
	return getenv(env) ? getenv(env) : dflt;
}

int
db_pg_url(struct db *db, int may_hold_secret, struct err *e)
{
	PQconninfoOption *o;
	char *why = NULL;
	const char *word, *user;
	int rc = 0;

	hide_raw(db->url);
	if ((o = PQconninfoParse(db->url, &why)) == NULL) {
		err_set(e, ZX_USAGE, "database URL: %s", why ? why : "?");
		log_redact(e ? e->msg : (char[1]){ 0 });
		PQfreemem(why);
		return -1;
	}
	word = part(o, "password", "", "");
	log_secret(word);
	log_secret(part(o, "sslpassword", "", ""));
	user = part(o, "user", "PGUSER", "");
	db->where = mem_fmt("postgresql://%s%s%s:%s/%s", user, *user ? "@" : "",
	    part(o, "host", "PGHOST", ""), part(o, "port", "PGPORT", "5432"),
	    part(o, "dbname", "PGDATABASE", user));
	if (!may_hold_secret && (*word || *part(o, "sslpassword", "", "")))
		rc = err_set(e, ZX_USAGE, "a password on the command line can "
		    "be read by everybody: put the URL into ZTOQ_DB, or the "
		    "password into PGPASSWORD or a file named by PGPASSFILE");
	PQconninfoFree(o);
	return rc;
}

/* libpq's words on one line, without its advice. */
static int
fail(struct db *db, int code, const char *words, struct err *e)
{
	const char *nl;

	while (*words == '\n')
		words++;
	nl = strchr(words, '\n');
	err_set(e, code, "%s: %.*s", db->where,
	    nl ? (int)(nl - words) : (int)strlen(words), words);
	if (e != NULL)
		log_redact(e->msg);
	return -1;
}

static const struct state {
	const char	*class;		/* head of the SQLSTATE */
	enum db_fate	 fate;
	int		 code;
	const char	*words;		/* NULL: the server's own */
} states[] = {
	{ "40001", DB_REDO, ZX_IO, NULL }, { "40P01", DB_REDO, ZX_IO, NULL },
	{ "57P", DB_LOST, ZX_IO, NULL }, { "08", DB_LOST, ZX_IO, NULL },
	{ "25006", DB_FATAL, ZX_IO, "the database is read-only" },
	{ "53100", DB_FATAL, ZX_IO, "disk full" },
	{ "22", DB_FATAL, ZX_BUG, NULL }, { "23", DB_FATAL, ZX_BUG, NULL },
	{ "42501", DB_FATAL, ZX_IO, NULL }, { "42", DB_FATAL, ZX_BUG, NULL },
	{ "", DB_FATAL, ZX_IO, NULL }
};

/* A bad result: what it means, and why, unless something failed before. */
static void
judge(struct db *db, const PGresult *r, struct err *e)
{
	const char *st = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const struct state *s = states;

	if (e->code != 0)
		return;
	while (strncmp(st ? st : "08", s->class, strlen(s->class)) != 0)
		s++;
	db->fate = s->fate;
	if (words == NULL)
		words = PQresultErrorMessage(r);
	fail(db, s->code, s->words ? s->words : words, e);
}

static int
lost(struct db *db, struct err *e)
{
	db->fate = DB_LOST;
	if (e->code == 0 || e->code == ZX_IO)
		fail(db, ZX_IO, PQerrorMessage(pg(db)->c), e);
	return -1;
}

static void
on_notice(void *arg, const char *words)
{
	log_debug("db", "%s: %.*s", ((struct db *)arg)->where,
	    (int)strcspn(words, "\n"), words);
}

static int
connect_once(struct db *db, struct err *e)
{
	/* what stands behind the URL wins over it, what stands before loses */
	static const char *const names[] = { "connect_timeout",
	    "keepalives_idle", "keepalives_interval", "keepalives_count",
	    "tcp_user_timeout", "fallback_application_name", "dbname",
	    "client_encoding", NULL };
	const char *values[] = { "10", "30", "10", "3", "60000", "ztoq",
	    db->url, "UTF8", NULL };
	struct pg *p = pg(db);
	const char *enc;

	PQfinish(p->c);
	p->pending = 0;
	p->bytes = 0;
	p->xid = 0;
	p->c = PQconnectdbParams(names, values, 1);
	if (PQstatus(p->c) != CONNECTION_OK)
		return fail(db, ZX_IO, PQerrorMessage(p->c), e);
	PQsetNoticeProcessor(p->c, on_notice, db);
	enc = PQparameterStatus(p->c, "server_encoding");
	if (enc != NULL && strcmp(enc, "UTF8") != 0)
		return err_set(e, ZX_CONFIG, "%s: its encoding is %s; make a "
		    "database with ENCODING 'UTF8'", db->where, enc);
	PQenterPipelineMode(p->c);
	return 0;
}

static int
pg_open(struct db *db, struct err *e)
{
	db->back = mem_get(sizeof(struct pg));
	return connect_once(db, e);
}

static void
pg_close(struct db *db)
{
	PQfinish(pg(db)->c);
	free(db->back);
	db->back = NULL;
}

/* Connect again, for as long as a restart of the server may take. */
static int
reconnect(struct db *db, struct err *e)
{
	int64_t from = time_mono_ms(), now = from;
	struct timespec ts;
	int told = 0, ms = 50;

	while (connect_once(db, e) == -1) {
		now = time_mono_ms();
		if (sig_seen() || now - from > BACK_MS)
			return -1;
		if (!told && now - from > TELL_MS) {
			told = 1;
			log_warn("db", "%s; trying for %d s more", e->msg,
			    (int)(from + BACK_MS - now) / 1000);
		}
		ts.tv_sec = ms / 1000;
		ts.tv_nsec = ms % 1000 * 1000000L;
		nanosleep(&ts, NULL);
		ms = ms < 2500 ? ms * 2 : 5000;
	}
	if (told)
		log_info("db", "%s: connected again after %" PRId64 " s",
		    db->where, (now - from) / 1000);
	return 0;
}

static int
send(struct db *db, const char *text, const struct db_args *a, struct err *e)
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
		return lost(db, e);
	p->pending++;
	return 0;
}

/* One statement's result; *out when it went well and is asked for. */
static int
take(struct db *db, PGresult **out, struct err *e)
{
	PGresult *r = PQgetResult(pg(db)->c), *more;
	ExecStatusType st = PQresultStatus(r);

	if (r == NULL)
		return lost(db, e);
	if (st == PGRES_FATAL_ERROR)
		judge(db, r, e);
	while ((more = PQgetResult(pg(db)->c)) != NULL)
		PQclear(more);
	if (out != NULL && (st == PGRES_TUPLES_OK || st == PGRES_COMMAND_OK))
		*out = r;
	else
		PQclear(r);
	return PQstatus(pg(db)->c) == CONNECTION_BAD ? lost(db, e) : 0;
}

/*
 * Read all answers.  *last, when asked for, is that of the last statement, to
 * be cleared; in a transaction its id is asked for on the same way.
 */
static int
drain(struct db *db, PGresult **last, struct err *e)
{
	struct pg *p = pg(db);
	PGresult *xid = NULL;
	struct err why = { 0 };
	int i, ask = db->in_tx && p->xid == 0, n = p->pending, rc = 0;

	if (ask)
		rc = send(db, "SELECT txid_current_if_assigned()", NULL, &why);
	if (rc == 0 && !PQpipelineSync(p->c))
		rc = lost(db, &why);
	for (i = 0; rc == 0 && i < n; i++)
		rc = take(db, i == n - 1 ? last : NULL, &why);
	if (rc == 0 && ask)
		rc = take(db, &xid, &why);
	if (rc == 0)
		PQclear(PQgetResult(p->c));	/* the sync itself */
	if (xid != NULL && PQntuples(xid) == 1)
		p->xid = strtoll(PQgetvalue(xid, 0, 0), NULL, 10);
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

	if (PQstatus(p->c) != CONNECTION_OK && reconnect(db, e) == -1)
		return -1;
	p->xid = p->doubt = 0;
	/* what a host that lost its power had locked is free in a minute */
	return send(db, "BEGIN", NULL, e) == -1 ||
	    send(db, "SET LOCAL idle_in_transaction_session_timeout = 60000",
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

	if (p->pending > 0 && p->xid == 0 && drain(db, NULL, e) == -1)
		return -1;
	if (send(db, "COMMIT", NULL, e) == -1)
		return -1;
	db->in_tx = 0;
	p->doubt = p->xid;
	if ((rc = drain(db, &r, e)) == 0) {
		p->doubt = 0;
		if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
			rc = err_set(e, ZX_BUG,
			    "%s: the transaction was rolled back", db->where);
	} else if (db->fate != DB_LOST) {
		p->doubt = 0;
	}
	PQclear(r);
	return rc;
}

static void
pg_rollback(struct db *db)
{
	struct err e = { 0 };
	enum db_fate fate = db->fate;

	db->in_tx = 0;
	if (PQstatus(pg(db)->c) == CONNECTION_OK &&
	    send(db, "ROLLBACK", NULL, &e) == 0)
		drain(db, NULL, &e);
	db->fate = fate;
}

static int
pg_again(struct db *db, struct err *e)
{
	static const char ask[] = "SELECT txid_status(CAST($1 AS BIGINT))";
	struct pg *p = pg(db);
	struct db_args a = { .n = 1, .v = { { .type = 'i' } } };
	PGresult *r = NULL;
	int done = 0, wait = 0;

	do {
		PQclear(r);
		r = NULL;
		if (reconnect(db, e) == -1)
			return -1;
		a.v[0].i = p->doubt;
		if (p->doubt == 0)
			break;
		if (send(db, ask, &a, e) == -1 || drain(db, &r, e) == -1)
			return -1;
		done = strcmp(PQgetvalue(r, 0, 0), "committed") == 0;
	} while (strcmp(PQgetvalue(r, 0, 0), "in progress") == 0 && wait++ < 50);
	PQclear(r);
	p->doubt = 0;
	return done;
}

static int64_t
pg_exec(struct db *db, struct db_sql *s, const struct db_args *a,
    struct err *e)
{
	PGresult *r = NULL;
	int64_t n;

	if (send(db, s->text, a, e) == -1 || drain(db, &r, e) == -1)
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

	if (send(db, s->text, a, e) == -1)
		return -1;
	if (p->pending < CHUNK && p->bytes < CHUNK_BYTES)
		return 0;
	return drain(db, NULL, e);
}

/* Several statements at once: the one thing that a pipeline cannot take. */
static int
pg_script(struct db *db, const char *sql, struct err *e)
{
	struct pg *p = pg(db);
	PGresult *r;
	struct err why = { 0 };

	if (drain(db, NULL, e) == -1 || !PQexitPipelineMode(p->c))
		return -1;
	r = PQexec(p->c, sql);
	if (PQresultStatus(r) == PGRES_FATAL_ERROR)
		judge(db, r, &why);
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

	if (send(q->db, s->text, a, &q->e) == -1 ||
	    drain(q->db, &r, &q->e) == -1)
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
