#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/http/http.h"

#include "extract.h"
#include "jira/jira.h"
#include "reader.h"
#include "request.h"

/* Questions to Jira: who we are, then ids without a name in batches. */

static char *
jira_ask_issues_path(const char *ids)
{
	struct buf b = { 0 }, jql = { 0 };

	buf_puts(&jql, "id in (");
	for (; *ids != '\0'; ids++)
		if (*ids != '\n' || ids[1] != '\0')
			buf_putc(&jql, *ids == '\n' ? ',' : *ids);
	buf_putc(&jql, ')');
	buf_printf(&b, "/rest/api/3/search/jql?fields=summary&maxResults=%d"
	    "&jql=", JIRA_ISSUES);
	http_escape(&b, buf_str(&jql));
	buf_free(&jql);
	return buf_take(&b, NULL);
}

static char *
jira_ask_users_path(const char *ids)
{
	struct buf b = { 0 };
	char *text = mem_dup(ids), *s, *end;

	buf_printf(&b, "/rest/api/3/user/bulk?maxResults=%d", JIRA_USERS);
	for (s = text; *s != '\0'; s = end + 1) {
		end = strchr(s, '\n');
		*end = '\0';
		buf_puts(&b, "&accountId=");
		http_escape(&b, s);
	}
	free(text);
	return buf_take(&b, NULL);
}

static char *
jira_ask_list_path(struct extract *x, enum jira_kind kind)
{
	struct buf b = { 0 };

	buf_puts(&b, "/rest/api/3/project/");
	http_escape(&b, x->st.project);
	buf_puts(&b, kind == JIRA_COMPONENT ? "/components" : "/versions");
	return buf_take(&b, NULL);
}

struct request *
jira_question(struct extract *x, int kind, char *ids)
{
	struct request *a = request_new(x, &jira_reader, kind == JIRA_ISSUE ?
	    jira_ask_issues_path(ids) : kind == JIRA_USER ? jira_ask_users_path(ids) :
	    jira_ask_list_path(x, (enum jira_kind)kind));

	a->kind = kind;
	a->key = ids;
	return a;
}

static int
jira_ask_user_store(struct request *a, struct err *e)
{
	return a->status == 200 ? 0 :
	    jira_refused(a->path, a->status, &a->body, e);
}

static void
jira_ask_user_committed(struct request *a)
{
	a->x->jira->open--;
	a->x->jira->hello = JIRA_KNOWN;
}

static const struct reader jira_user_reader = { .name = "Jira's user",
    .store = jira_ask_user_store, .committed = jira_ask_user_committed };

/* Ids after the last that are wanted, a line each; NULL: none. */
static int
jira_ask_wanted(struct extract *x, char **ids, char **last, struct err *e)
{
	struct jira *t = x->jira;
	struct buf b = { 0 };
	struct db_query q;

	*last = NULL;
	db_query(&q, x->db, "SELECT id FROM jira_name WHERE project = ?1"
	    " AND kind = ?2 AND id > ?3 AND state = 'wanted'"
	    " ORDER BY id LIMIT ?4", "sssi", x->st.project,
	    jira_kinds[t->kind], t->last ? t->last : "",
	    (int64_t)(t->kind == JIRA_ISSUE ? JIRA_ISSUES : JIRA_USERS));
	while (db_row(&q)) {
		buf_printf(&b, "%s\n", db_str(&q, 0));
		free(*last);
		*last = mem_dup(db_str(&q, 0));
	}
	*ids = b.len > 0 ? buf_take(&b, NULL) : NULL;
	return db_done(&q, e);
}

static struct request *
jira_ask_user(struct extract *x)
{
	x->jira->hello = JIRA_ASKED;
	return request_new(x, &jira_user_reader, mem_dup(jira_myself));
}

/* Lists are asked for once, whatever is wanted of them. */
static int
jira_ask_next(struct extract *x, struct request **a, struct err *e)
{
	struct jira *t = x->jira;
	char *ids, *last;

	*a = NULL;
	if (t->hello == JIRA_SILENT && t->early)
		*a = jira_ask_user(x);
	if (*a != NULL || t->hello == JIRA_ASKED || t->phase != JIRA_ASK)
		return 0;
	if ((*a = t->ready) != NULL) {
		t->ready = (*a)->next;
		return 0;
	}
	while (t->kind < JIRA_KINDS) {
		if (t->open > 0 && t->kind < JIRA_USER)
			return 0;
		if (jira_ask_wanted(x, &ids, &last, e) == -1)
			return -1;
		if (ids != NULL && t->hello == JIRA_KNOWN) {
			free(t->last);
			t->last = last;
			*a = jira_question(x, t->kind, ids);
			return 0;
		}
		free(last);
		if (ids != NULL) {
			free(ids);
			*a = jira_ask_user(x);
			return 0;
		}
		if (t->open > 0)
			return 0;
		free(t->last);
		t->last = NULL;
		t->kind++;
	}
	t->phase = JIRA_LOAD;
	return 0;
}

int
jira_fill(struct extract *x, struct err *e)
{
	struct jira *t = x->jira;
	struct request *a;

	while (t->z != NULL && !x->pass.sealed && t->open < JIRA_WIDTH) {
		if (jira_ask_next(x, &a, e) == -1)
			return -1;
		if (a == NULL)
			return 0;
		t->open++;
		request_send(t->z, a);
	}
	return 0;
}
