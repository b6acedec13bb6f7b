#include <string.h>

#include "domain/store/store.h"
#include "domain/store/store_child.h"

/* All that is written to the tables of custom fields and links. */

/* Return 1 for null, "", [] and {}. */
static int
store_child_is_empty(const struct json_span *v)
{
	return (v->len == 2 && strchr("\"[{", *v->s) != NULL) ||
	    (v->len == 4 && *v->s == 'n');
}

/* Return the text of a quoted name.  *hold, which the caller frees later, holds it if it
   is not a part of the name. */
static struct db_val
store_child_name_val(const struct json_span *name, struct json *hold)
{
	struct db_val v = { .type = 't', .s = name->s + 1,
	    .len = name->len - 2 };

	if (memchr(v.s, '\\', v.len) != NULL &&
	    json_parse(hold, name->s, name->len, NULL, NULL) == 0)
		v.s = json_strn(hold, "", &v.len);
	return v;
}

enum { FIELDS = 8 };		/* at most in one statement */

/* The parameters of a statement: 3 of the row, then 2 for each field. */
struct fields {
	struct db_val	 v[3 + 2 * FIELDS];
	struct json	 hold[FIELDS];
	int		 n;
};

static int
store_child_fields_put(struct store *st, struct fields *f, const char *stream,
    const char *key, struct err *e)
{
	static struct db_rows rows = { .shared = 3,
		.into = "INSERT INTO custom_field (project, stream, key, name, value)",
		.rest = " ON CONFLICT (project, stream, key, name) DO UPDATE SET"
		    " value = excluded.value" };
	int i, rc;

	f->v[0] = (struct db_val){ .type = 's', .s = st->project };
	f->v[1] = (struct db_val){ .type = 's', .s = stream };
	f->v[2] = (struct db_val){ .type = 's', .s = key };
	rc = db_exec_rows(st->db, e, &rows, f->v, f->n);
	for (i = 0; i < f->n; i++)
		json_free(&f->hold[i]);
	f->n = 0;
	return rc;
}

/* Store the custom fields; fields is the canonical text of the object, or NULL. */
static int
store_child_custom(struct store *st, enum stream s, const char *key, const char *fields,
    size_t len, enum store_news news, struct err *e)
{
	struct fields f = { .n = 0 };
	struct json_span name, val;
	const char *stream = stream_name(s), *at = fields;
	struct db_val *v;
	int rc = 0;

	if (news == STORE_CHANGED && db_exec_async(st->db, e,
	    "DELETE FROM custom_field WHERE project = ?1 AND stream = ?2"
	    " AND key = ?3", "sss", st->project, stream, key) == -1)
		return -1;
	if (fields == NULL || *fields != '{')
		return 0;
	while (rc == 0 && json_walk_text(&at, fields + len, &name, &val)) {
		if (store_child_is_empty(&val))
			continue;
		v = f.v + 3 + 2 * f.n;
		v[0] = store_child_name_val(&name, &f.hold[f.n++]);
		v[1] = (struct db_val){ .type = 't', .s = val.s,
		    .len = val.len };
		if (f.n == FIELDS)
			rc = store_child_fields_put(st, &f, stream, key, e);
	}
	if (rc == 0)
		rc = store_child_fields_put(st, &f, stream, key, e);
	return rc;
}

struct link_kind {
	const char	*member, *kind, *id, *url;
};

static const struct link_kind kinds[] = {
	{ "issues", "issue", "issueId", "target" },
	{ "webLinks", "web", "id", "url" },
	{ "testPlans", "plan", "testPlanId", "target" },
	{ "testCycles", "cycle", "testCycleId", "target" },
	{ 0 }
};

static int
store_child_link_put(struct store *st, const char *stream, const char *key, int64_t n,
    const struct link_kind *k, const struct json *link, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO link (project, stream, key, n,"
	    " kind, type, other_id, url, description)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(CAST(?7 AS BIGINT), 0), ?8, ?9)"
	    " ON CONFLICT (project, stream, key, n) DO UPDATE SET"
	    " kind = excluded.kind, type = excluded.type,"
	    " other_id = excluded.other_id, url = excluded.url,"
	    " description = excluded.description", "sssississ", st->project,
	    stream, key, n, k->kind, json_str(link, "type"),
	    json_int(link, k->id, 0), json_str(link, k->url),
	    json_str(link, "description"));
}

static int
store_child_links(struct store *st, enum stream s, const char *key,
    const struct json *all, enum store_news news, struct err *e)
{
	const struct link_kind *k;
	struct json list, link;
	const char *stream = stream_name(s);
	int64_t n = 0;
	int i, rc = 0;

	if (news == STORE_CHANGED && db_exec_async(st->db, e, "DELETE FROM link"
	    " WHERE project = ?1 AND stream = ?2 AND key = ?3", "sss",
	    st->project, stream, key) == -1)
		return -1;
	for (k = kinds; all->set && k->member && rc == 0; k++) {
		list = json_member(all, k->member);
		for (i = 0; rc == 0 && i < json_len(&list, ""); i++) {
			link = json_at(&list, i);
			rc = store_child_link_put(st, stream, key, ++n, k, &link, e);
			json_free(&link);
		}
		json_free(&list);
	}
	return rc;
}

int
store_children(struct store *st, enum stream s, const char *key,
    const struct json *row, const char *text, size_t len,
    enum store_news news, struct err *e)
{
	const char *fields, *all;
	size_t n, m;
	struct json list = { 0 };
	int rc = 0;

	if (news == STORE_SAME)
		return 0;
	fields = json_find(text, len, "customFields", &n);
	all = json_find(text, len, "links", &m);
	if (all != NULL && m > 1 && memchr(all + 1, '{', m - 1) != NULL)
		list = json_member(row, "links");
	if (store_child_custom(st, s, key, fields, n, news, e) == -1 ||
	    store_child_links(st, s, key, &list, news, e) == -1 ||
	    store_jira(st, s, key, row, e) == -1)
		rc = -1;
	json_free(&list);
	return rc;
}
