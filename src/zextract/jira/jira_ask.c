#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "jira/jira_answer.h"
#include "jira/jira_ask.h"
#include "jira/jira_question.h"
#include "source.h"

/* Makes the requests to Jira: for the user of the token, then for ids without a
   name, in batches. */

static int
jira_ask_user_store(struct request *a, struct err *e)
{
	return a->status == 200 ? 0 :
	    jira_refused(a->path, a->status, &a->body, e);
}

static void
jira_ask_user_committed(struct request *a)
{
	a->jira->open--;
	a->jira->hello = JIRA_KNOWN;
}

static const struct reader jira_user_reader = {
    .store = jira_ask_user_store, .committed = jira_ask_user_committed };

/* Read a batch of ids after t->last that have no name: *ids gets a line each, NULL
   if there is none; *last gets the last id. */
static int
jira_ask_wanted(struct jira *t, char **ids, char **last, struct err *e)
{
	struct buf b = { 0 };
	struct db_query q;

	*last = NULL;
	db_query(&q, t->src->db, "SELECT id FROM jira_name WHERE project = ?1"
	    " AND kind = ?2 AND id > ?3 AND state = 'wanted'"
	    " ORDER BY id LIMIT ?4", "sssi", t->src->st.project,
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
jira_ask_user(struct jira *t)
{
	struct request *a = request_new(t->reading, &jira_user_reader, mem_dup(jira_myself));

	a->jira = t;
	t->hello = JIRA_ASKED;
	return a;
}

/* Set *a to the next request, or to NULL.  Lists of components and versions are
   requested once, for all of their ids. */
static int
jira_ask_next(struct jira *t, struct request **a, struct err *e)
{
	char *ids, *last;

	*a = NULL;
	if (t->hello == JIRA_SILENT && t->early)
		*a = jira_ask_user(t);
	if (*a != NULL || t->hello == JIRA_ASKED || t->phase != JIRA_ASK)
		return 0;
	if ((*a = request_pop(&t->ready)) != NULL)
		return 0;
	while (t->kind < JIRA_KINDS) {
		if (t->open > 0 && t->kind < JIRA_USER)
			return 0;
		if (jira_ask_wanted(t, &ids, &last, e) == -1)
			return -1;
		if (ids != NULL && t->hello == JIRA_KNOWN) {
			free(t->last);
			t->last = last;
			*a = jira_question(t, &jira_reader, t->kind, ids);
			return 0;
		}
		free(last);
		if (ids != NULL) {
			free(ids);
			*a = jira_ask_user(t);
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
jira_fill(struct jira *t, struct err *e)
{
	struct request *a;

	while (t->z != NULL && !t->src->pass.sealed && t->open < JIRA_WIDTH) {
		if (jira_ask_next(t, &a, e) == -1)
			return -1;
		if (a == NULL)
			return 0;
		t->open++;
		request_send(t->z, a);
	}
	return 0;
}
