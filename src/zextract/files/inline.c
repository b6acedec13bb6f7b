#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "domain/store/store_case.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/hash.h"
#include "io/json/json.h"

#include "files/attach.h"
#include "files/inline.h"
#include "files/inline_file.h"
#include "reading.h"
#include "select/selection.h"
#include "source.h"

/* Where the texts of a page of owners have images. */
enum { PLACE_OWNERS = 32 };

struct place {
	int	 owner;		/* index of its key */
	char	*field, *url;
};

struct places {
	struct attach	*t;
	char		*key[PLACE_OWNERS];
	int		 owners, owner;
	struct place	*v;
	size_t		 n;
};

/* Plans and cycles are few, so their texts are searched by the query itself. */
#define HAS_IMAGE(stream)						\
	" AND (lower(o.head) LIKE '%<img%' OR EXISTS (SELECT 1"		\
	" FROM inline_place p WHERE p.project = o.project"		\
	" AND p.stream = '" stream "' AND p.owner_key = o.key))"
#define SEEN(stream, key)						\
	" WHERE o.project = ?1 AND" SELECTED(stream, key, "?5",		\
	"o.pass_seen = ?2") " AND o.pass_changed > ?3"

static const struct {
	enum stream	 stream;
	const char	*sql;
} scans[] = {
	{ STREAM_CASES, "SELECT o.key, o.head, s.script FROM test_case o"
	    " LEFT JOIN test_script s ON s.project = o.project"
	    " AND s.case_key = o.key"
	    SEEN("test_cases", "o.key") " AND o.images = 1"
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32" },
	{ STREAM_PLANS, "SELECT o.key, o.head, NULL FROM test_plan o"
	    SEEN("test_plans", "o.key") HAS_IMAGE("test_plans")
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32" },
	{ STREAM_CYCLES, "SELECT o.key, o.head, NULL FROM test_cycle o"
	    SEEN("test_cycles", "o.key") HAS_IMAGE("test_cycles")
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32" },
	{ STREAM_EXECUTIONS, "SELECT CAST(o.id AS TEXT), o.head, o.results"
	    " FROM test_execution o"
	    SEEN("test_executions", "CAST(o.id AS TEXT)") " AND o.images = 1"
	    " AND o.id > CAST(?4 AS BIGINT) ORDER BY o.id LIMIT 32" },
};
enum { SCANS = sizeof(scans) / sizeof(scans[0]) };

static void
inline_place_add(struct places *ps, const char *field, const struct buf *url)
{
	ps->v = mem_grow(ps->v, ps->n + 1, sizeof(*ps->v));
	ps->v[ps->n].owner = ps->owner;
	ps->v[ps->n].field = mem_dup(field);
	ps->v[ps->n++].url = mem_dup(buf_str(url));
}

static void
inline_places_free(struct places *ps)
{
	while (ps->n > 0) {
		free(ps->v[--ps->n].field);
		free(ps->v[ps->n].url);
	}
	while (ps->owners > 0)
		free(ps->key[--ps->owners]);
	free(ps->v);
	ps->v = NULL;
}

/* Append the value of src in one tag; of the entities only &amp; is decoded, which
   URLs have. */
static void
inline_src_get(const char *s, const char *end, struct buf *url)
{
	char quote = 0;

	for (; s < end; s++)
		if (isspace((unsigned char)s[-1]) &&
		    strncasecmp(s, "src", 3) == 0 &&
		    (s[3 + strspn(s + 3, " \t\r\n")]) == '=')
			break;
	if (s >= end)
		return;
	s = strchr(s, '=') + 1;
	s += strspn(s, " \t\r\n");
	if (*s == '"' || *s == '\'')
		quote = *s++;
	while (s < end && *s != quote && (quote || !isspace((unsigned char)*s))) {
		buf_putc(url, *s);
		s += strncasecmp(s, "&amp;", 5) == 0 ? 5 : 1;
	}
}

static const char *
inline_tag_end(const char *s)
{
	char quote = 0;

	for (; *s != '\0' && (quote || *s != '>'); s++) {
		if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\'') && s[-1] == '=')
			quote = *s;
	}
	return s;
}

static void
inline_text_scan(struct places *ps, const char *field, const char *s)
{
	struct buf url = { 0 };
	const char *end;

	for (; (s = strchr(s, '<')) != NULL; s++) {
		if (strncasecmp(s, "<img", 4) != 0 ||
		    !(isspace((unsigned char)s[4]) || s[4] == '/'))
			continue;
		end = inline_tag_end(s + 4);
		buf_reset(&url);
		inline_src_get(s + 5, end, &url);
		/* an image inside the text itself need not be fetched */
		if (url.len > 0 && strncasecmp(url.s, "data:", 5) != 0)
			inline_place_add(ps, field, &url);
	}
	buf_free(&url);
}

static void
inline_walk(struct places *ps, const struct json *j, struct buf *path)
{
	struct json_iter it;
	struct json v;
	const char *name;
	size_t len = path->len;
	int i;

	if (json_type(j, "") == JSON_STR)
		inline_text_scan(ps, buf_str(path), json_str(j, ""));
	for (i = 0; json_type(j, "") == JSON_ARR && i < json_len(j, ""); i++) {
		v = json_at(j, i);
		buf_printf(path, "[%d]", i);
		inline_walk(ps, &v, path);
		buf_cut(path, len);
		json_free(&v);
	}
	if (json_type(j, "") != JSON_OBJ)
		return;
	for (json_iter(&it, j); json_next(&it, j, &name, &v); json_free(&v)) {
		buf_printf(path, "%s%s", len > 0 ? "." : "", name);
		inline_walk(ps, &v, path);
		buf_cut(path, len);
	}
}

static void
inline_column_scan(struct places *ps, struct db_query *q, int col, const char *path)
{
	struct buf b = { 0 };
	struct json j;

	if (db_null(q, col) || json_parse(&j, db_str(q, col), db_len(q, col),
	    NULL, NULL) == -1)
		return;
	buf_puts(&b, path);
	inline_walk(ps, &j, &b);
	json_free(&j);
	buf_free(&b);
}

static int
inline_page(struct attach *t, struct places *ps, struct err *e)
{
	int runs = scans[t->scan].stream == STREAM_EXECUTIONS;
	struct db_query q;

	db_query(&q, t->src->db, scans[t->scan].sql, "siisi", t->src->st.project,
	    t->src->st.pass, t->scan_since, t->scanned ? t->scanned :
	    runs ? "0" : "", selection_read_grade(t->reading->selection, scans[t->scan].stream));
	while (ps->owners < PLACE_OWNERS && db_row(&q)) {
		ps->owner = ps->owners;
		ps->key[ps->owners++] = mem_dup(db_str(&q, 0));
		inline_column_scan(ps, &q, 1, "");
		inline_column_scan(ps, &q, 2, runs ? "steps" : "testScript");
	}
	return db_done(&q, e);
}

static int
inline_place_put(struct attach *t, enum stream stream, const char *key, int64_t n,
    const struct place *p, struct err *e)
{
	char *host = inline_host(t->src, p->url), *name = inline_name(p->url);
	char hash[HASH_HEX];
	int rc;

	hash_text(p->url, strlen(p->url), hash);
	rc = inline_url_found(t->src, host, hash, p->url, name, e);
	if (rc == 0)
		rc = db_exec_async(t->src->db, e, "INSERT INTO inline_place (project,"
		    " stream, owner_key, n, field, host, url_hash)"
		    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "sssisss",
		    t->src->st.project, stream_name(stream), key, n, p->field, host,
		    hash);
	free(host);
	free(name);
	return rc;
}

static int
inline_owner_clear(struct places *ps, int i, struct err *e)
{
	struct attach *t = ps->t;
	enum stream stream = scans[t->scan].stream;
	size_t k;

	if (db_exec_async(t->src->db, e, "DELETE FROM inline_place WHERE project = ?1"
	    " AND stream = ?2 AND owner_key = ?3", "sss", t->src->st.project,
	    stream_name(stream), ps->key[i]) == -1)
		return -1;
	for (k = 0; k < ps->n; k++)
		if (ps->v[k].owner == i)
			return 0;
	if (stream == STREAM_EXECUTIONS)
		return store_execution_no_images(&t->src->st,
		    strtoll(ps->key[i], NULL, 10), e);
	return stream == STREAM_CASES ?
	    store_case_no_images(&t->src->st, ps->key[i], e) : 0;
}

static int
inline_page_tx(struct db *db, void *arg, struct err *e)
{
	struct places *ps = arg;
	struct attach *t = ps->t;
	enum stream stream = scans[t->scan].stream;
	size_t k;
	int i;

	(void)db;
	for (i = 0; i < ps->owners; i++)
		if (inline_owner_clear(ps, i, e) == -1)
			return -1;
	for (k = 0; k < ps->n; k++)
		if (inline_place_put(t, stream, ps->key[ps->v[k].owner], (int64_t)k,
		    &ps->v[k], e) == -1)
			return -1;
	return 0;
}

/* Read up to which pass all texts were searched; put: store that this pass was
   searched, too. */
static int
inline_since(struct attach *t, int put, struct err *e)
{
	struct checkpoint c;

	if (checkpoint_get(&t->src->always, "images", &c, e) == -1)
		return -1;
	t->scan_since = c.seen;
	if (!put || t->reading->selection->narrow)
		return 0;
	c = (struct checkpoint){ .seen = t->src->st.pass, .total = -1,
	    .state = "done" };
	return checkpoint_put(&t->src->always, "images", &c, e);
}

int
inline_scan(struct attach *t, struct err *e)
{
	struct places ps = { .t = t };
	int n, rc;

	if (t->scan == 0 && t->scanned == NULL && inline_since(t, 0, e) == -1)
		return -1;
	if (t->scan == SCANS)
		return inline_since(t, 1, e);
	if ((rc = inline_page(t, &ps, e)) == 0 && ps.owners > 0)
		rc = db_tx(t->src->db, inline_page_tx, &ps, e);
	n = ps.owners;
	free(t->scanned);
	t->scanned = n > 0 ? mem_dup(ps.key[n - 1]) : NULL;
	if (n == 0)
		t->scan++;
	inline_places_free(&ps);
	return rc == -1 ? -1 : 1;
}
