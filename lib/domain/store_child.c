#include <string.h>

#include "domain/store.h"

/* Custom fields, links, ids of Jira: what hangs on a row. */

static int
is_empty(const struct json *v)
{
	const char *s;

	switch (json_type(v, "")) {
	case JSON_NONE:
	case JSON_NULL:
		return 1;
	case JSON_STR:
		s = json_str(v, "");
		return s == NULL || *s == '\0';
	case JSON_ARR:
	case JSON_OBJ:
		return json_len(v, "") == 0;
	default:
		return 0;
	}
}

static int
custom_put(struct store *st, const char *stream, const char *key,
    const char *name, const struct json *v, struct buf *text, struct err *e)
{
	buf_reset(text);
	json_dump(v, text);
	return db_put(st->db, e, "INSERT INTO custom_field"
	    " (project, stream, key, name, value)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT (project, stream, key, name) DO UPDATE SET"
	    " value = excluded.value", "sssst", st->project, stream, key, name,
	    text->s, text->len);
}

static int
custom(struct store *st, enum stream s, const char *key,
    const struct json *fields, enum store_news news, struct err *e)
{
	struct json_iter it;
	struct json v;
	struct buf text = { 0 };
	const char *name, *stream = stream_name(s);
	int rc = 0;

	if (news == STORE_CHANGED && db_put(st->db, e,
	    "DELETE FROM custom_field WHERE project = ?1 AND stream = ?2"
	    " AND key = ?3", "sss", st->project, stream, key) == -1)
		return -1;
	if (json_type(fields, "") != JSON_OBJ)
		return 0;
	for (json_iter(&it, fields); json_next(&it, fields, &name, &v);
	    json_free(&v))
		if (rc == 0 && !is_empty(&v))
			rc = custom_put(st, stream, key, name, &v, &text, e);
	buf_free(&text);
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
link_put(struct store *st, const char *stream, const char *key, int64_t n,
    const struct link_kind *k, const struct json *link, struct err *e)
{
	return db_put(st->db, e, "INSERT INTO link (project, stream, key, n,"
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
links(struct store *st, enum stream s, const char *key,
    const struct json *all, enum store_news news, struct err *e)
{
	const struct link_kind *k;
	struct json list, link;
	const char *stream = stream_name(s);
	int64_t n = 0;
	int i, rc = 0;

	if (news == STORE_CHANGED && db_put(st->db, e, "DELETE FROM link"
	    " WHERE project = ?1 AND stream = ?2 AND key = ?3", "sss",
	    st->project, stream, key) == -1)
		return -1;
	for (k = kinds; k->member && rc == 0; k++) {
		list = json_member(all, k->member);
		for (i = 0; rc == 0 && i < json_len(&list, ""); i++) {
			link = json_at(&list, i);
			rc = link_put(st, stream, key, ++n, k, &link, e);
			json_free(&link);
		}
		json_free(&list);
	}
	return rc;
}

int
store_children(struct store *st, enum stream s, const char *key,
    const struct json *row, enum store_news news, struct err *e)
{
	struct json fields, all;
	int rc = 0;

	if (news == STORE_SAME)
		return 0;
	fields = json_member(row, "customFields");
	all = json_member(row, "links");
	if (custom(st, s, key, &fields, news, e) == -1 ||
	    links(st, s, key, &all, news, e) == -1 ||
	    store_jira(st, s, key, row, e) == -1)
		rc = -1;
	json_free(&fields);
	json_free(&all);
	return rc;
}
