#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "io/db/db_back.h"

/* Translates portable SQL for each database, and caches statements by their text. */

static const struct word {
	const char	*name;
	const char	*text[2];	/* what replaces it, by enum db_kind */
} words[] = {
	{ "{now}", {
	    "CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS BIGINT)",
	    "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)" } },
	{ "{skip}", { "", "FOR UPDATE SKIP LOCKED" } },
	{ "{compact}", { "WITHOUT ROWID", "" } },
	{ "{json}", { "", "::json" } },
};

/* Return the length of the 'text', "name" or comment at s, which is not translated; 0 if
   there is none. */
static size_t
db_sql_opaque(const char *s)
{
	const char *end;

	if (*s == '\'' || *s == '"') {
		end = strchr(s + 1, *s);
		return end ? (size_t)(end - s) + 1 : strlen(s);
	}
	if (s[0] == '-' && s[1] == '-')
		return strcspn(s, "\n");
	return 0;
}

static const struct word *
db_sql_word_at(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(s, words[i].name, strlen(words[i].name)) == 0)
			return &words[i];
	return NULL;
}

/* Translate s, set *params to its number of parameters, and return the text for the
   database, which the caller frees. */
static char *
db_sql_rewrite(enum db_kind kind, const char *s, int *params)
{
	struct buf b = { 0 };
	const struct word *w;
	size_t n;
	int num;

	*params = 0;
	while (*s) {
		if ((n = db_sql_opaque(s)) > 0) {
			buf_add(&b, s, n);
			s += n;
		} else if (*s == '{' && (w = db_sql_word_at(s)) != NULL) {
			buf_puts(&b, w->text[kind]);
			s += strlen(w->name);
		} else if (*s == '?' && isdigit((unsigned char)s[1])) {
			num = 0;
			for (s++; isdigit((unsigned char)*s) && num < 10000; s++)
				num = num * 10 + (*s - '0');
			if (num > *params)
				*params = num;
			buf_printf(&b, "%c%d", kind == DB_PG ? '$' : '?', num);
		} else {
			buf_putc(&b, *s++);
		}
	}
	return buf_take(&b, NULL);
}

char *
db_sql_text(enum db_kind kind, const char *sql)
{
	int params;

	return db_sql_rewrite(kind, sql, &params);
}

void
db_sql_rows(struct db_rows *r)
{
	struct buf b = { 0 };
	const char *s;
	int k, row, i, n = 0;

	r->each = 1 - r->shared;
	for (s = r->into; *s != '\0'; s++)
		r->each += *s == ',';
	for (k = 0; k < DB_ROWS; k++) {
		buf_printf(&b, "%s VALUES", r->into);
		for (row = 0, n = r->shared; row < 1 << k; row++) {
			buf_puts(&b, row > 0 ? ", (" : " (");
			for (i = 0; i < r->shared + r->each; i++)
				buf_printf(&b, "%s?%d", i > 0 ? ", " : "",
				    i < r->shared ? i + 1 : ++n);
			buf_putc(&b, ')');
		}
		buf_puts(&b, r->rest);
		r->sql[k] = buf_take(&b, NULL);
	}
}

static void
db_sql_forget(struct db *db, struct db_sql *q)
{
	if (q->st != NULL)
		db->ops->free_statement(q);
	free(q->src);
	free(q->text);
	*q = (struct db_sql){ 0 };
}

/* Fill the free slot q. */
static struct db_sql *
db_sql_fill(struct db *db, struct db_sql *q, const char *sql, uint64_t hash)
{
	q->hash = hash;
	q->src = mem_dup(sql);
	q->text = db_sql_rewrite(db->kind, sql, &q->params);
	return q;
}

/* Return 1 if q is free to run sql. */
static int
db_sql_is(const struct db_sql *q, const char *sql)
{
	return q != NULL && !q->busy && q->src != NULL && strcmp(q->src, sql) == 0;
}

/* Return the statement sql from the four slots for its hash, or make it in one that is not
   busy: an empty one, else the first.  If all are busy, make it outside the cache. */
static struct db_sql *
db_sql_find(struct db *db, const char *sql)
{
	uint64_t hash = text_hash(sql);
	struct db_sql *q, *idle = NULL;
	size_t i;

	for (i = 0; i < 4; i++) {
		q = &db->cache[(hash + i) % DB_CACHE];
		if (q->hash == hash && db_sql_is(q, sql))
			return q;
		if (!q->busy && (idle == NULL || (idle->src != NULL && q->src == NULL)))
			idle = q;
	}
	if (idle == NULL) {
		q = mem_zalloc(sizeof(*q));
		q->loose = 1;
		return db_sql_fill(db, q, sql, hash);
	}
	if (idle->src != NULL)
		db_sql_forget(db, idle);
	return db_sql_fill(db, idle, sql, hash);
}

/*
 * Most texts are literals: by_address finds the statement that was used last for the
 * address without a hash of the text.  The texts are compared all the same.
 */
struct db_sql *
db_sql_get(struct db *db, const char *sql)
{
	struct db_sql **at = &db->by_address[((uintptr_t)sql >> 3) * 2654435761u / 16 % DB_CACHE];
	struct db_sql *q;

	if (db_sql_is(*at, sql))
		return *at;
	q = db_sql_find(db, sql);
	if (!q->loose)
		*at = q;
	return q;
}

void
db_sql_put(struct db *db, struct db_sql *q)
{
	q->busy = 0;
	if (!q->loose)
		return;
	db_sql_forget(db, q);
	free(q);
}

void
db_sql_free(struct db *db)
{
	int i;

	for (i = 0; i < DB_CACHE; i++)
		if (db->cache[i].src != NULL)
			db_sql_forget(db, &db->cache[i]);
}
