#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "jira/jira.h"
#include "server/text.h"
#include "zephyr/zephyr.h"

/*
 * GET search/jql.  One id that does not exist fails the whole search; an anonymous
 * search finds nothing.  Rows are sorted by id, the highest first.
 */
enum { IDS_MAX = 1000, SEARCH_DEFAULT = 50, NAMED_MAX = 3 };

struct search {
	int64_t	 id[IDS_MAX], size, from;
	int	 n, fields;
};

static int
jira_search_is_visible(const struct mock *m, int64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", (long)id);
	return id >= 10000 && id < 11000 && !jira_hidden(m, text);
}

static int
jira_search_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

/* Read "id in (1,2,3)" into s; return 0 for any other query. */
static int
jira_search_parse(const char *jql, struct search *s)
{
	static const char begin[] = "id in (";
	char *end;

	if (jql == NULL || strncmp(jql, begin, sizeof(begin) - 1) != 0)
		return 0;
	jql += sizeof(begin) - 1;
	while (s->n < IDS_MAX) {
		s->id[s->n++] = strtoll(jql, &end, 10);
		if (end == jql || (*end != ',' && *end != ')'))
			return 0;
		if (*end == ')')
			return end[1] == '\0';
		jql = end + 1;
	}
	return 0;
}

/* Return 1 and put the 400 into rp if an id does not exist; at most NAMED_MAX of
   such ids are named. */
static int
jira_search_refuse(const struct mock *m, const struct search *s, struct reply *rp)
{
	struct buf *b = &rp->body;
	int i, named = 0;

	if (strcmp(m->set->jira_refusal, "silent") == 0)
		return 0;
	for (i = 0; i < s->n && named < NAMED_MAX; i++) {
		if (jira_search_is_visible(m, s->id[i]))
			continue;
		if (named++ == 0) {
			json_out_open(b, NULL, '{');
			json_out_open(b, "errorMessages", '[');
		}
		if (strcmp(m->set->jira_refusal, "vague") == 0) {
			json_out_str(b, NULL, "Issue does not exist or you do not "
			    "have permission to see it.");
			break;
		}
		json_out_fmt(b, NULL, "A value with ID '%ld' does not exist for the "
		    "field 'id'.", (long)s->id[i]);
	}
	if (named == 0)
		return 0;
	json_out_close(b, ']');
	json_out_open(b, "warningMessages", '[');
	json_out_close(b, ']');
	json_out_close(b, '}');
	rp->status = 400;
	return 1;
}

/* Print one issue; every seventh has the key of another project. */
static void
jira_search_row(const struct mock *m, int64_t id, int fields, struct buf *b)
{
	struct buf t = { 0 };

	json_out_open(b, NULL, '{');
	json_out_str(b, "expand", "renderedFields,names");
	json_out_fmt(b, "id", "%ld", (long)id);
	json_out_fmt(b, "self", "%s/rest/api/3/issue/%ld", m->base, (long)id);
	json_out_fmt(b, "key", "%s-%ld", id % 7 == 0 ? "MOVED" : m->zephyr->key,
	    (long)id - 9000);
	if (fields) {
		text_name(&t, z_rand(m->zephyr, 93, id, 1), "Issue");
		json_out_open(b, "fields", '{');
		z_text(m->zephyr, b, "summary", id, buf_str(&t));
		json_out_close(b, '}');
	}
	json_out_close(b, '}');
	buf_free(&t);
}

static void
jira_search_answer(const struct mock *m, struct search *s, struct reply *rp)
{
	struct buf *b = &rp->body;
	int64_t seen = 0, left = 0;
	int i;

	qsort(s->id, (size_t)s->n, sizeof(s->id[0]), jira_search_compare);
	json_out_open(b, NULL, '{');
	json_out_open(b, "issues", '[');
	for (i = 0; i < s->n; i++) {
		if (!jira_search_is_visible(m, s->id[i]) || (i > 0 && s->id[i] == s->id[i - 1]))
			continue;
		if (seen >= s->from && seen < s->from + s->size)
			jira_search_row(m, s->id[i], s->fields, b);
		left += seen++ >= s->from + s->size;
	}
	json_out_close(b, ']');
	if (left > 0)
		json_out_fmt(b, "nextPageToken", "page.%ld", (long)(s->from + s->size));
	json_out_bool(b, "isLast", left == 0);
	json_out_close(b, '}');
}

void
jira_search(struct mock *m, struct request *rq, struct reply *rp)
{
	struct search s = { 0 };
	const char *token = request_arg(rq, "nextPageToken"),
	    *fields = request_arg(rq, "fields");

	if (!jira_search_parse(request_arg(rq, "jql"), &s)) {
		reply_jira(rp, 400, "Error in the JQL Query: Expecting a field "
		    "name at the beginning of the query.");
		return;
	}
	if (!rq->auth_ok) {
		buf_puts(&rp->body, "{\"issues\":[],\"isLast\":true}");
		return;
	}
	if (jira_search_refuse(m, &s, rp))
		return;
	request_num(rq, "maxResults", SEARCH_DEFAULT, &s.size);
	if (m->set->jira_cap > 0 && s.size > m->set->jira_cap)
		s.size = m->set->jira_cap;
	if (token != NULL && strncmp(token, "page.", 5) == 0)
		s.from = strtoll(token + 5, NULL, 10);
	s.fields = fields != NULL && strstr(fields, "summary") != NULL;
	jira_search_answer(m, &s, rp);
}
