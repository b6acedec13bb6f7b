#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "base/utf8.h"
#include "io/db/db_back.h"

/* Statements as each database takes them, and their parameters. */

static const struct word {
	const char	*name;
	const char	*text[2];	/* by enum db_kind */
} words[] = {
	{ "{now}", {
	    "CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS BIGINT)",
	    "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)" } },
	{ "{skip}", { "", "FOR UPDATE SKIP LOCKED" } },
	{ "{compact}", { "WITHOUT ROWID", "" } },
	{ "{json}", { "", "::json" } },
};

/* The length of what must be taken as it stands: 'text', "name", a comment. */
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
	db->ops->forget(q);
	free(q->src);
	free(q->text);
	*q = (struct db_sql){ 0 };
}

static struct db_sql *
db_sql_fill(struct db *db, struct db_sql *q, const char *sql, uint64_t hash)
{
	q->hash = hash;
	q->src = mem_dup(sql);
	q->text = db_sql_rewrite(db->kind, sql, &q->params);
	return q;
}

static int
db_sql_is(const struct db_sql *q, const char *sql)
{
	return q != NULL && !q->busy && q->src != NULL && strcmp(q->src, sql) == 0;
}

/* Find sql by its hash in four slots, or make it in one that is not busy: an empty one,
   else the first.  All busy: make it outside the cache. */
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
 * A literal is found by its address, without a hash of its text: the slot that
 * was found for the address the last time holds the text that stands there.
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

/* Where s stops being text that both databases take; len when nowhere. */
static size_t
db_sql_text_ok(const char *s, size_t len)
{
	uint64_t w;
	size_t i = 0, n;

	while (i < len) {
		if (i + 8 <= len && (memcpy(&w, s + i, 8), 1) &&
		    (w & 0x8080808080808080u) == 0 &&
		    ((w - 0x0101010101010101u) & ~w & 0x8080808080808080u) == 0) {
			i += 8;
			continue;
		}
		if (s[i] == '\0' || (n = utf8_len(s + i, len - i)) == 0)
			return i;
		i += n;
	}
	return len;
}

/*
 * The one place: a NUL (which neither database keeps in a text) and bytes
 * that are no UTF-8 (which PostgreSQL refuses) become U+FFFD.
 */
static void
db_sql_arg_text(struct db_args *a, struct db_val *v, int keep)
{
	struct buf b = { 0 };
	const char *s = v->s;
	size_t left = v->len, ok;

	v->type = 's';
	if (db_sql_text_ok(s, left) == left && keep)
		return;
	while (left > 0) {
		ok = db_sql_text_ok(s, left);
		buf_add(&b, s, ok);
		s += ok;
		left -= ok;
		if (left > 0) {
			buf_puts(&b, "\xef\xbf\xbd");
			s++;
			left--;
		}
	}
	v->len = b.len;
	buf_putc(&b, '\0');
	v->s = a->mended[a->nmended++] = buf_take(&b, NULL);
}

void
db_args_add(struct db_args *a, int ended, const struct db_val *val)
{
	struct db_val *v = &a->v[a->n];

	if (a->n++ == DB_PARAMS)
		die(ZX_BUG, "db: more than %d parameters", DB_PARAMS);
	*v = *val;
	if (v->type == 'i' || v->type == 'd' || v->type == 0)
		return;
	if (v->s == NULL) {
		v->type = 0;
	} else if (v->type != 'b') {
		if (val->type == 's')
			v->len = strlen(v->s);
		db_sql_arg_text(a, v, !ended || val->type == 's');
	}
}

void
db_args_vals(struct db_args *a, int ended, const struct db_val *v, int n)
{
	int i;

	a->n = a->nmended = 0;
	for (i = 0; i < n; i++)
		db_args_add(a, ended, &v[i]);
}

void
db_args_get(struct db_args *a, int ended, const char *types, va_list ap)
{
	struct db_val v;

	a->n = a->nmended = 0;
	for (; types != NULL && *types; types++) {
		v = (struct db_val){ .type = *types };
		switch (v.type) {
		case 'i':
			v.i = va_arg(ap, int64_t);
			break;
		case 'd':
			v.d = va_arg(ap, double);
			break;
		case 't':
		case 'b':
			v.s = va_arg(ap, const char *);
			v.len = va_arg(ap, size_t);
			break;
		case 's':
			v.s = va_arg(ap, const char *);
			break;
		default:
			die(ZX_BUG, "db: no parameter type '%c'", v.type);
		}
		db_args_add(a, ended, &v);
	}
}

void
db_args_free(struct db_args *a)
{
	while (a->nmended > 0)
		free(a->mended[--a->nmended]);
}
