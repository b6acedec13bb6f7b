#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/sig.h"
#include "base/time.h"
#include "io/db/db_pg_link.h"

/* Register the first n bytes of s as a secret. */
static void
pg_hide(const char *s, size_t n)
{
	char *word = mem_dupn(s, n);

	secret_add(word);
	free(word);
}

/* Register the password in url, which may be malformed, before it can reach a message. */
static void
pg_url_hide(const char *url)
{
	const char *s = strstr(url, "://") + 3, *at = strrchr(s, '@'), *colon;

	colon = at ? memchr(s, ':', (size_t)(at - s)) : NULL;
	if (colon != NULL)
		pg_hide(colon + 1, (size_t)(at - colon) - 1);
	if ((s = strstr(url, "password=")) != NULL)
		pg_hide(s + 9, strcspn(s + 9, "&"));
}

/* Return the value of the option name in o, of the variable env, or dflt. */
static const char *
pg_url_part(PQconninfoOption *o, const char *name, const char *env, const char *dflt)
{
	for (; o->keyword != NULL; o++)
		if (strcmp(o->keyword, name) == 0 && o->val && *o->val)
			return o->val;
	return getenv(env) ? getenv(env) : dflt;
}

int
db_pg_url(struct db *db, enum db_url_from from, struct err *e)
{
	PQconninfoOption *o;
	char *why = NULL;
	const char *word, *user;
	int rc = 0;

	pg_url_hide(db->url);
	if ((o = PQconninfoParse(db->url, &why)) == NULL) {
		err_set(e, ZX_USAGE, "database URL: %s", why ? why : "?");
		if (e != NULL)
			secret_redact(e->msg);
		PQfreemem(why);
		return -1;
	}
	word = pg_url_part(o, "password", "", "");
	secret_add(word);
	secret_add(pg_url_part(o, "sslpassword", "", ""));
	user = pg_url_part(o, "user", "PGUSER", "");
	db->where = mem_fmt("postgresql://%s%s%s:%s/%s", user, *user ? "@" : "",
	    pg_url_part(o, "host", "PGHOST", ""), pg_url_part(o, "port", "PGPORT", "5432"),
	    pg_url_part(o, "dbname", "PGDATABASE", user));
	if (from == DB_URL_PUBLIC && (*word || *pg_url_part(o, "sslpassword", "", "")))
		rc = err_set(e, ZX_USAGE, "every user of this machine can read a password on the "
		    "command line; put the URL into ZTOQ_DB, or the password into PGPASSWORD or a "
		    "file named by PGPASSFILE");
	PQconninfoFree(o);
	return rc;
}

/* Set e to the first line of words, a message of libpq, without secrets; returns -1. */
static int
pg_fail(struct db *db, int code, const char *words, struct err *e)
{
	const char *nl;

	while (*words == '\n')
		words++;
	nl = strchr(words, '\n');
	err_set(e, code, "%s: %.*s", db->where,
	    nl ? (int)(nl - words) : (int)strlen(words), words);
	if (e != NULL)
		secret_redact(e->msg);
	return -1;
}

/* The meaning of each SQLSTATE; the first row that matches counts. */
static const struct state {
	const char	*class;		/* how the SQLSTATE begins */
	enum db_outcome	 outcome;
	int		 code;
	const char	*words;		/* NULL: the message of the server */
} states[] = {
	{ "40001", DB_REDO, ZX_IO, NULL }, { "40P01", DB_REDO, ZX_IO, NULL },
	{ "57P", DB_LOST, ZX_IO, NULL }, { "08", DB_LOST, ZX_IO, NULL },
	{ "25006", DB_FATAL, ZX_IO, "the database is read-only" },
	{ "53100", DB_FATAL, ZX_IO, "disk full" },
	{ "22", DB_FATAL, ZX_BUG, NULL }, { "23", DB_FATAL, ZX_BUG, NULL },
	{ "42501", DB_FATAL, ZX_IO, NULL }, { "42", DB_FATAL, ZX_BUG, NULL },
	{ "", DB_FATAL, ZX_IO, NULL }
};

void
pg_judge(struct db *db, const PGresult *r, struct err *e)
{
	const char *st = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const struct state *s = states;

	if (e->code != 0)
		return;
	while (strncmp(st ? st : "08", s->class, strlen(s->class)) != 0)
		s++;
	db->outcome = s->outcome;
	if (words == NULL)
		words = PQresultErrorMessage(r);
	pg_fail(db, s->code, s->words ? s->words : words, e);
}

int
pg_lost(struct db *db, struct err *e)
{
	db->outcome = DB_LOST;
	if (e->code == 0 || e->code == ZX_IO)
		pg_fail(db, ZX_IO, PQerrorMessage(pg(db)->c), e);
	return -1;
}

static void
on_notice(void *arg, const char *words)
{
	log_debug("db", "%s: %.*s", ((struct db *)arg)->where,
	    (int)strcspn(words, "\n"), words);
}

int
pg_connect(struct db *db, struct err *e)
{
	/* libpq takes the last value of an option: those before the URL are
	   defaults, those behind it are fixed */
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
		return pg_fail(db, ZX_IO, PQerrorMessage(p->c), e);
	PQsetNoticeProcessor(p->c, on_notice, db);
	enc = PQparameterStatus(p->c, "server_encoding");
	if (enc != NULL && strcmp(enc, "UTF8") != 0)
		return err_set(e, ZX_CONFIG, "%s: the database's encoding is %s; create one with "
		    "ENCODING 'UTF8'", db->where, enc);
	/*
	 * Make the planner read pages in the order of an index, which each query of a page
	 * has.  For tables that grow while they are read it lacks the statistics: it would
	 * read and sort all further rows for each page, and compile the statement.  A pooler
	 * may give the session to other processes of the same user and database, which are
	 * ours.
	 */
	PQclear(PQexec(p->c, "SET jit = off; SET enable_sort = off;"
	    " SET enable_bitmapscan = off"));
	PQenterPipelineMode(p->c);
	return 0;
}

int
pg_reconnect(struct db *db, struct err *e)
{
	int64_t from = time_mono_ms(), now = from;
	int64_t most = db->short_waits ? DB_SHORT_MS : DB_WAIT_MS;
	int logged = 0, ms = 50;

	while (pg_connect(db, e) == -1) {
		now = time_mono_ms();
		if (sig_seen() || pg(db)->gone || now - from > most) {
			pg(db)->gone = 1;
			return -1;
		}
		if (!logged && now - from > DB_LOG_MS) {
			logged = 1;
			log_warn("db", "%s; retrying for %d s more", e->msg,
			    (int)(from + DB_WAIT_MS - now) / 1000);
		}
		time_sleep_us(1000 * ms);
		ms = ms < 2500 ? ms * 2 : 5000;
	}
	pg(db)->gone = 0;
	if (logged)
		log_info("db", "%s: reconnected after %" PRId64 " s",
		    db->where, (now - from) / 1000);
	return 0;
}
