#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/http/http.h"

#include "jira/jira_question.h"
#include "source.h"

static char *
jira_question_issues_path(const char *ids)
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
jira_question_users_path(const char *ids)
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
jira_question_list_path(struct jira *t, enum jira_kind kind)
{
	struct buf b = { 0 };

	buf_puts(&b, "/rest/api/3/project/");
	http_escape(&b, t->src->st.project);
	buf_puts(&b, kind == JIRA_COMPONENT ? "/components" : "/versions");
	return buf_take(&b, NULL);
}

struct request *
jira_question(struct jira *t, const struct reader *reader, int kind, char *ids)
{
	struct request *a = request_new(t->reading, reader, kind == JIRA_ISSUE ?
	    jira_question_issues_path(ids) : kind == JIRA_USER ? jira_question_users_path(ids) :
	    jira_question_list_path(t, (enum jira_kind)kind));

	a->jira = t;
	a->kind = kind;
	a->key = ids;
	return a;
}
