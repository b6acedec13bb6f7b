#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/html_image.h"
#include "domain/store/store_case.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

#include "files/attach.h"
#include "files/inline.h"
#include "files/inline_data.h"
#include "files/inline_file.h"
#include "reading.h"
#include "select/selection.h"
#include "source.h"

/* Where the texts of a page of owners have images. */
enum { PLACE_OWNERS = 32 };

struct place {
	int	 owner;		/* index of its key */
	char	*field, *url;	/* url: html_image_name */
};

struct places {
	struct attach	*t;
	char		*key[PLACE_OWNERS];
	int		 owners, owner;
	unsigned	 has_data;	/* a bit for each owner whose texts have data URIs */
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

#define CASE_TEXTS "SELECT o.key, o.head, s.script FROM test_case o"	\
	" LEFT JOIN test_script s ON s.project = o.project AND s.case_key = o.key"
#define PLAN_TEXTS "SELECT o.key, o.head, NULL FROM test_plan o"
#define CYCLE_TEXTS "SELECT o.key, o.head, NULL FROM test_cycle o"
#define RUN_TEXTS "SELECT CAST(o.id AS TEXT), o.head, o.results FROM test_execution o"
#define OF_KEY	" WHERE o.project = ?1 AND o.key = ?2"

/* The texts of the owners of a page, and those of one owner. */
static const struct {
	enum stream	 stream;
	const char	*sql, *one;
} scans[] = {
	{ STREAM_CASES, CASE_TEXTS SEEN("test_cases", "o.key") " AND o.images = 1"
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32", CASE_TEXTS OF_KEY },
	{ STREAM_PLANS, PLAN_TEXTS SEEN("test_plans", "o.key") HAS_IMAGE("test_plans")
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32", PLAN_TEXTS OF_KEY },
	{ STREAM_CYCLES, CYCLE_TEXTS SEEN("test_cycles", "o.key") HAS_IMAGE("test_cycles")
	    " AND o.key > ?4 ORDER BY o.key LIMIT 32", CYCLE_TEXTS OF_KEY },
	{ STREAM_EXECUTIONS, RUN_TEXTS SEEN("test_executions", "CAST(o.id AS TEXT)")
	    " AND o.images = 1 AND o.id > CAST(?4 AS BIGINT) ORDER BY o.id LIMIT 32",
	    RUN_TEXTS " WHERE o.project = ?1 AND o.id = CAST(?2 AS BIGINT)" },
};
enum { SCANS = sizeof(scans) / sizeof(scans[0]) };

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

static void
on_image(void *arg, const char *field, const struct html_image *image)
{
	struct places *ps = arg;
	struct buf name = { 0 };

	html_image_name(&name, image);
	ps->v = mem_grow(ps->v, ps->n + 1, sizeof(*ps->v));
	ps->v[ps->n++] = (struct place){ ps->owner, mem_dup(field), buf_take(&name, NULL) };
	if (html_image_is_data(image))
		ps->has_data |= 1u << ps->owner;
}

static int
inline_page(struct attach *t, struct places *ps, struct err *e)
{
	int runs = scans[t->scan].stream == STREAM_EXECUTIONS, col;
	struct db_query q;

	db_query(&q, t->src->db, scans[t->scan].sql, "siisi", t->src->st.project,
	    t->src->st.pass, t->scan_since, t->scanned ? t->scanned :
	    runs ? "0" : "", selection_read_grade(t->reading->selection, scans[t->scan].stream));
	while (ps->owners < PLACE_OWNERS && db_row(&q)) {
		ps->owner = ps->owners;
		ps->key[ps->owners++] = mem_dup(db_str(&q, 0));
		for (col = 1; col <= 2; col++)
			inline_text_walk(db_str(&q, col), db_len(&q, col), col == 1 ? "" :
			    runs ? "steps" : "testScript", on_image, ps);
	}
	return db_done(&q, e);
}

static int
inline_place_put(struct attach *t, enum stream stream, const char *key, int64_t n,
    const struct place *p, struct err *e)
{
	int data = strncmp(p->url, INLINE_DATA, strlen(INLINE_DATA)) == 0;
	char *host = data ? mem_dup(INLINE_DATA) : inline_host(t->src, p->url);
	char *name = data ? mem_dup("") : inline_name(p->url);
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

/* Store the images that the texts of one owner are themselves. */
static int
inline_owner_decode(struct attach *t, const char *key, struct err *e)
{
	struct db_query q;
	struct buf text[2] = { { 0 }, { 0 } };
	int i, rc;

	db_query(&q, t->src->db, scans[t->scan].one, "ss", t->src->st.project, key);
	if (db_row(&q))
		for (i = 0; i < 2; i++)
			buf_add(&text[i], db_str(&q, i + 1), db_len(&q, i + 1));
	rc = db_done(&q, e);
	for (i = 0; i < 2; i++) {
		if (rc == 0)
			rc = inline_data_store(t, buf_str(&text[i]), text[i].len, e);
		buf_free(&text[i]);
	}
	return rc;
}

/* Read up to which pass all texts were searched; put: store that this pass was
   searched, too. */
static int
inline_since(struct attach *t, int put, struct err *e)
{
	struct checkpoint c;
	int64_t left = 0;

	if (checkpoint_get(&t->src->always, "images", &c, e) == -1 ||
	    (t->depth != ATTACH_NONE && db_one(t->src->db, &left, 0, e, "SELECT 1"
	    " FROM inline_url u JOIN inline_place p ON p.project = u.project"
	    " AND p.host = u.host AND p.url_hash = u.url_hash WHERE u.project = ?1"
	    " AND u.host = '" INLINE_DATA "' AND u.state = 'found' LIMIT 1", "s",
	    t->src->st.project) == -1))
		return -1;
	t->scan_since = left ? 0 : c.seen;	/* a pass without attachments left data URIs */
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
	rc = inline_page(t, &ps, e);
	for (n = 0; n < ps.owners && rc == 0 && t->depth != ATTACH_NONE; n++)
		if (ps.has_data & 1u << n)
			rc = inline_owner_decode(t, ps.key[n], e);
	if (rc == 0 && ps.owners > 0)
		rc = db_tx(t->src->db, inline_page_tx, &ps, e);
	n = ps.owners;
	free(t->scanned);
	t->scanned = n > 0 ? mem_dup(ps.key[n - 1]) : NULL;
	if (n == 0)
		t->scan++;
	inline_places_free(&ps);
	return rc == -1 ? -1 : 1;
}
