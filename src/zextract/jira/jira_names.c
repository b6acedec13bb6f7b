#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "jira/jira_names.h"
#include "source.h"

/* Puts names beside the ids of Jira in a record. */

static void
jira_names_add(struct jira_names *l, const char *id, const char *name)
{
	struct buf b = { 0 };

	l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
	buf_quote(&b, name, strlen(name));
	l->v[l->n++] = (struct jira_name){ mem_dup(id), buf_take(&b, NULL) };
}

static int
jira_names_compare(const void *a, const void *b)
{
	return strcmp(((const struct jira_name *)a)->id,
	    ((const struct jira_name *)b)->id);
}

int
jira_load(struct jira *t, struct err *e)
{
	struct db_query q;
	int64_t any;
	int k;

	jira_names_free(t);
	for (k = 0; k < JIRA_ISSUE; k++) {
		db_query(&q, t->src->db, "SELECT id, name FROM jira_name"
		    " WHERE project = ?1 AND kind = ?2 AND name IS NOT NULL"
		    " AND stream IS NOT NULL", "ss", t->src->st.project,
		    jira_kinds[k]);
		while (db_row(&q))
			jira_names_add(&t->names[k], db_str(&q, 0), db_str(&q, 1));
		if (db_done(&q, e) == -1)
			return -1;
		/* the database need not sort by bytes */
		if (t->names[k].n > 1)
			qsort(t->names[k].v, t->names[k].n,
			    sizeof(*t->names[k].v), jira_names_compare);
	}
	if (db_one(t->src->db, &any, 0, e, "SELECT 1 FROM jira_name"
	    " WHERE project = ?1 AND kind = 'issue' AND key IS NOT NULL"
	    " LIMIT 1", "s", t->src->st.project) == -1)
		return -1;
	t->issues = (int)any;
	return 0;
}

void
jira_names_free(struct jira *t)
{
	struct jira_names *l;
	int k;

	for (k = 0; k < JIRA_ISSUE; k++) {
		for (l = &t->names[k]; l->n > 0; free(l->v[l->n].text))
			free(l->v[--l->n].id);
		free(l->v);
		l->v = NULL;
	}
}

/* Return the name (a JSON string) of an id in a record's text, or NULL. */
static const char *
jira_names_find(const struct jira_names *l, const char *val, size_t len)
{
	struct jira_name want = { 0 }, *n = NULL;
	struct json j;

	if (l->n == 0 || json_parse(&j, val, len, NULL, NULL) == -1)
		return NULL;
	want.id = json_str(&j, "") != NULL ? mem_dup(json_str(&j, "")) :
	    mem_fmt("%lld", (long long)json_int(&j, "", 0));
	json_free(&j);
	n = bsearch(&want, l->v, l->n, sizeof(want), jira_names_compare);
	free(want.id);
	return n != NULL ? n->text : NULL;
}

/* Put a name beside an id inside a member: "name" into {"id":1}, "displayName" into
   {"accountId":".."}. */
static void
jira_names_beside(struct jira *t, struct record *r, const char *member, const char *id,
    const char *name, enum jira_kind kind)
{
	const char *obj, *val, *text;
	size_t len, n;

	obj = json_find(r->text.s, r->text.len, member, &len);
	if (obj == NULL || (val = json_find(obj, len, id, &n)) == NULL ||
	    (text = jira_names_find(&t->names[kind], val, n)) == NULL)
		return;
	json_splice(record_val(r), obj, len, name, text, strlen(text));
	record_put_val(r, member);
}

/* Put a member with id and name of a user beside the member with the id:
   "executedBy" beside "executedById". */
static void
jira_names_person(struct jira *t, struct record *r, const char *member, const char *with)
{
	struct buf *b = record_val(r);
	const char *id, *text;
	size_t len;

	id = json_find(r->text.s, r->text.len, member, &len);
	if (id == NULL || (text = jira_names_find(&t->names[JIRA_USER], id,
	    len)) == NULL)
		return;
	json_out_open(b, NULL, '{');
	json_out_raw(b, "accountId", id, len);
	json_out_raw(b, "displayName", text, strlen(text));
	json_out_close(b, '}');
	record_put_val(r, with);
}

/* Append an issue link, with key and name of the issue if they are known. */
static int
jira_names_issue(struct jira *t, const char *link, size_t len, struct buf *out,
    struct err *e)
{
	struct buf a = { 0 }, b = { 0 }, val = { 0 };
	struct db_query q;
	const char *id;
	char *text;
	size_t n;

	if ((id = json_find(link, len, "issueId", &n)) == NULL) {
		buf_add(out, link, len);
		return 0;
	}
	text = mem_dupn(id, n);
	db_query(&q, t->src->db, "SELECT key, name FROM jira_name WHERE project = ?1"
	    " AND kind = 'issue' AND id = ?2 AND key IS NOT NULL", "ss",
	    t->src->st.project, text);
	if (db_row(&q)) {
		json_out_str(&val, NULL, db_str(&q, 0));
		json_splice(&a, link, len, "key", val.s, val.len);
		buf_reset(&val);
		json_out_str(&val, NULL, db_str(&q, 1));
		json_splice(&b, a.s, a.len, "name", val.s, val.len);
	}
	buf_add(out, b.len > 0 ? b.s : link, b.len > 0 ? b.len : len);
	buf_free(&a);
	buf_free(&b);
	buf_free(&val);
	free(text);
	return db_done(&q, e);
}

static int
jira_names_issues(struct jira *t, struct record *r, struct err *e)
{
	struct buf list = { 0 };
	const char *links, *p, *end;
	size_t len, n;
	int rc = 0;

	links = json_find(r->text.s, r->text.len, "links", &len);
	if (links == NULL || (p = json_find(links, len, "issues", &n)) == NULL ||
	    n <= 2 || *p != '[')
		return 0;
	for (end = p + n, p++; rc == 0 && p < end && *p != ']'; p += n) {
		n = (size_t)(json_skip(p, end) - p);
		rc = jira_names_issue(t, p, n, &list, e);
		n += p + n < end && p[n] == ',';
		buf_putc(&list, ',');
	}
	if (list.len > 0) {
		list.s[list.len - 1] = ']';
		buf_reset(&r->val);
		buf_putc(&r->val, '[');
		buf_add(&r->val, list.s, list.len);
		buf_reset(&list);
		json_splice(&list, links, len, "issues", r->val.s, r->val.len);
		record_put(r, "links", list.s, list.len);
	}
	buf_free(&list);
	return rc;
}

void
jira_put(struct jira *t, struct record *r)
{

	record_whole(r);
	if (t->names[JIRA_USER].n > 0) {
		jira_names_beside(t, r, "owner", "accountId", "displayName", JIRA_USER);
		jira_names_person(t, r, "assignedToId", "assignedTo");
		jira_names_person(t, r, "executedById", "executedBy");
	}
	if (t->names[JIRA_COMPONENT].n > 0)
		jira_names_beside(t, r, "component", "id", "name", JIRA_COMPONENT);
	if (t->names[JIRA_VERSION].n > 0)
		jira_names_beside(t, r, "jiraProjectVersion", "id", "name", JIRA_VERSION);
	if (t->issues && t->fail.code == 0 && jira_names_issues(t, r, &t->fail) == -1 &&
	    t->fail.code == 0)
		t->fail.code = ZX_BUG;
	record_whole(r);
}
