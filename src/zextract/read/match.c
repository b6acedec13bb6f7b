#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "read/match.h"
#include "read/result_text.h"
#include "read/text_fingerprint.h"

void
match_free(struct match *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		free(m->v[i].call);
		free(m->v[i].via);
	}
	free(m->v);
	free(m->key);
	*m = (struct match){ 0 };
}

/* The place of a step in the case itself: its step n, and for a call inside a call
   the calling case. */
struct at {
	int64_t		 n;		/* 0: no call */
	int		 depth;
	const char	*via;		/* the calling case of a call inside a call, or NULL */
	int64_t		 via_n;
};

static void
match_leaf_add(struct match *m, const struct at *at, const char *key, int64_t n,
    uint64_t text, int whole)
{
	struct leaf *l;

	if (m->n >= MATCH_MAX)
		return;
	m->v = mem_grow(m->v, m->n + 1, sizeof(*m->v));
	l = &m->v[m->n++];
	*l = (struct leaf){ .n = n, .text = text, .whole = whole };
	if (at->n > 0) {
		l->n = at->n;
		l->m = n;
		l->call = mem_dup(key);
		l->via = mem_dup(at->via);
		l->via_n = at->via_n;
	}
}

static int	 match_expand(struct match *, struct store *, const char *key,
		    const struct at *, struct err *);

struct step {
	int64_t		 n;
	char		*called;
	uint64_t	 text;
};

static int
match_steps_get(struct store *st, const char *key, struct step **v, size_t *n,
    struct err *e)
{
	struct db_query q;

	*v = NULL;
	*n = 0;
	db_query(&q, st->db, "SELECT n, called_key, cut, description, expected"
	    " FROM test_step WHERE project = ?1 AND case_key = ?2 ORDER BY n",
	    "ss", st->project, key);
	while (db_row(&q)) {
		if (db_int(&q, 2) == 1)
			continue;
		*v = mem_grow(*v, *n + 1, sizeof(**v));
		(*v)[*n].n = db_int(&q, 0);
		(*v)[*n].called = mem_dup(db_str(&q, 1));
		(*v)[(*n)++].text = text_fingerprint(db_str(&q, 3), db_str(&q, 4));
	}
	return db_done(&q, e);
}

static int
match_expand_steps(struct match *m, struct store *st, const char *key,
    const struct at *at, struct err *e)
{
	struct at in;
	struct step *v;
	size_t i, n;
	int rc = match_steps_get(st, key, &v, &n, e);

	for (i = 0; i < n; i++) {
		in.n = at->n > 0 ? at->n : v[i].n;
		in.depth = at->depth + 1;
		in.via = at->n > 0 ? key : NULL;
		in.via_n = v[i].n;
		if (rc == 0 && v[i].called == NULL)
			match_leaf_add(m, at, key, v[i].n, v[i].text, 0);
		else if (rc == 0 && in.depth < MATCH_DEPTH &&
		    m->n < MATCH_MAX)
			rc = match_expand(m, st, v[i].called, &in, e);
		free(v[i].called);
	}
	free(v);
	return rc;
}

/* Add the one step that a plain or BDD script is. */
static void
match_expand_text(struct match *m, const char *script, size_t len, const char *key,
    const struct at *at)
{
	struct json j;

	if (json_parse(&j, script, len, NULL, NULL) == -1)
		return;
	match_leaf_add(m, at, key, 1, text_fingerprint(json_str(&j, "text"), NULL), 1);
	json_free(&j);
}

static int
match_expand(struct match *m, struct store *st, const char *key,
    const struct at *at, struct err *e)
{
	struct db_query q;
	const char *kind;
	int steps = 0;

	db_query(&q, st->db, "SELECT s.kind, CASE WHEN s.kind IN"
	    " ('plain', 'bdd') THEN s.script END FROM test_case c"
	    " JOIN test_script s ON s.project = c.project"
	    " AND s.case_key = c.key WHERE c.project = ?1 AND c.key = ?2"
	    " AND c.pass_seen = ?3", "ssi", st->project, key, st->pass);
	if (db_row(&q) && (kind = db_str(&q, 0)) != NULL) {
		steps = strcmp(kind, "steps") == 0;
		if (!db_null(&q, 1))
			match_expand_text(m, db_str(&q, 1), db_len(&q, 1), key, at);
	}
	if (db_done(&q, e) == -1)
		return -1;
	return steps ? match_expand_steps(m, st, key, at, e) : 0;
}

int
match_load(struct match *m, struct store *st, const char *key, struct err *e)
{
	const struct at top = { 0 };

	if (m->key != NULL && strcmp(m->key, key) == 0)
		return 0;
	match_free(m);
	m->key = mem_dup(key);
	return match_expand(m, st, key, &top, e);
}

static void
match_leaf_put(const struct leaf *l, struct buf *out)
{
	json_out_open(out, NULL, '{');
	if (l->call != NULL) {
		json_out_str(out, "call", l->call);
		json_out_int(out, "m", l->m);
	}
	json_out_int(out, "n", l->n);
	if (l->via != NULL) {
		json_out_open(out, "via", '{');
		json_out_str(out, "case", l->via);
		json_out_int(out, "n", l->via_n);
		json_out_close(out, '}');
	}
	json_out_close(out, '}');
}

static const struct leaf *
match_find(const struct match *m, int64_t place, uint64_t text)
{
	const struct leaf *l;

	if (place < 1 || (uint64_t)place > m->n)
		return NULL;
	l = &m->v[place - 1];
	/* a result of a plain-text script may have no text of its own */
	if (l->text == text || (l->whole && text == text_fingerprint("", "")))
		return l;
	return NULL;
}

/* The marks of the results that are still to be written. */
struct match_rest {
	const struct match *m;
	const char	*marks;
};

/* Read the mark of the next result: 1, or 0 at the end. */
static int
match_mark_read(struct match_rest *r, int64_t *place, uint64_t *text)
{
	char *end;

	if (*r->marks == '\0')
		return 0;
	strtoll(r->marks, &end, 10);		/* its number, and its data row */
	strtoll(end, &end, 10);
	*place = strtoll(end, &end, 10);
	*text = strtoull(end, &end, 16);
	r->marks = *end == '\n' ? end + 1 : "";
	return *end == '\n';
}

static int
on_step(void *arg, const char *was, size_t len, struct buf *out)
{
	struct match_rest *r = arg;
	const struct leaf *l;
	int64_t place;
	uint64_t text;

	(void)was;
	(void)len;
	if (!match_mark_read(r, &place, &text) ||
	    (l = match_find(r->m, place, text)) == NULL)
		return 0;
	match_leaf_put(l, out);
	return 1;
}

void
match_put(const struct match *m, const char *script, size_t len,
    const char *marks, struct buf *out)
{
	struct match_rest r = { m, marks };

	result_text_replace(out, script, len, "step", on_step, &r);
}
