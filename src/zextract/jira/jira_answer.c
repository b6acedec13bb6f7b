#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/store/store_jira.h"
#include "io/json/json.h"

#include "jira/jira_answer.h"
#include "jira/jira_question.h"
#include "source.h"

/*
 * Stores the answers of Jira.  JQL refuses a whole batch with 400 if one id does not
 * exist or is not visible.  The ids that the refusal names are taken out, else the
 * batch is halved, until each id has its answer.
 */
enum { REFUSED_MAX = 2 * JIRA_ISSUES };

/* The ids of a request, the lines of request.key. */
struct batch {
	char	*text, *id[JIRA_ISSUES];
	int	 answered[JIRA_ISSUES];
	int	 n, left;
};

static void
jira_answer_batch_open(struct batch *b, const struct request *a)
{
	char *s, *end;

	*b = (struct batch){ .text = mem_dup(a->key) };
	for (s = b->text; *s != '\0' && b->n < JIRA_ISSUES; s = end + 1) {
		end = strchr(s, '\n');
		*end = '\0';
		b->id[b->n++] = s;
	}
	b->left = b->n;
}

static int
jira_answer_batch_find(struct batch *b, const char *id)
{
	int i;

	for (i = 0; i < b->n; i++)
		if (!b->answered[i] && strcmp(b->id[i], id) == 0)
			return i;
	return -1;
}

static void
jira_answer_batch_mark(struct batch *b, int i)
{
	b->answered[i] = 1;
	b->left--;
}

/* Put a request for the ids from (inclusive) to to (exclusive) that have no answer
   in front of a->more. */
static void
jira_answer_rest_mark(struct request *a, const struct batch *b, int from, int to)
{
	struct buf ids = { 0 };
	struct request *more;
	int i;

	for (i = from; i < to; i++)
		if (!b->answered[i])
			buf_printf(&ids, "%s\n", b->id[i]);
	if (ids.len == 0)
		return;
	more = jira_question(a->jira, &jira_reader, a->kind, buf_take(&ids, NULL));
	more->more = a->more;
	a->more = more;
}

static int
jira_answer_unknown_rest(struct request *a, struct batch *b, struct err *e)
{
	int i;

	if (a->kind < JIRA_USER)
		return store_jira_unknown_all(&a->src->st, jira_kinds[a->kind], e);
	for (i = 0; i < b->n; i++)
		if (!b->answered[i] && store_jira_unknown(&a->src->st,
		    jira_kinds[a->kind], b->id[i], e) == -1)
			return -1;
	return 0;
}

/* Return the name of a row, or NULL, and set *id; both borrow of row and hold. */
static const char *
jira_answer_name_of(enum jira_kind kind, const struct json *row, const char **id,
    struct json *hold)
{
	*id = json_str(row, kind == JIRA_USER ? "accountId" : "id");
	*hold = json_member(row, "fields");
	return kind == JIRA_ISSUE ? json_str(hold, "summary") :
	    json_str(row, kind == JIRA_USER ? "displayName" : "name");
}

static int
jira_answer_row_take(struct request *a, struct batch *b, const struct json *row, struct err *e)
{
	struct json hold;
	const char *id, *name = jira_answer_name_of((enum jira_kind)a->kind, row, &id, &hold);
	const char *key = a->kind == JIRA_ISSUE ? json_str(row, "key") : NULL;
	const char *must = a->kind == JIRA_ISSUE ? key : name;
	int rc = 0, i = id != NULL ? jira_answer_batch_find(b, id) : -1;

	if (id != NULL && must != NULL && *must != '\0' &&
	    (i >= 0 || a->kind < JIRA_USER)) {
		rc = store_jira_named(&a->src->st, jira_kinds[a->kind], id, key, name, e);
		if (i >= 0)
			jira_answer_batch_mark(b, i);
	}
	json_free(&hold);
	return rc;
}

/* True when the server has more rows than this page of n. */
static int
jira_answer_is_cut(const struct json *j, int n)
{
	const char *next = json_str(j, "nextPageToken");
	int last = json_bool(j, "isLast", -1);

	if (last != -1)
		return !last;
	return (next != NULL && *next != '\0') ||
	    json_int(j, "total", 0) > json_int(j, "startAt", 0) + n;
}

/* Store the names of a page.  If the page is incomplete, request the missing ids
   again, in halves if no id had an answer. */
static int
jira_answer_rows_take(struct request *a, struct batch *b, const struct json *j,
    const struct json *rows, struct err *e)
{
	struct json one;
	int i, n = json_len(rows, ""), rc = 0, was = b->left;

	for (i = 0; rc == 0 && i < n; i++) {
		one = json_at(rows, i);
		rc = jira_answer_row_take(a, b, &one, e);
		json_free(&one);
	}
	if (rc == -1)
		return -1;
	if (!jira_answer_is_cut(j, n) || b->left == 0 || (b->left == was && b->n == 1))
		return jira_answer_unknown_rest(a, b, e);
	jira_answer_rest_mark(a, b, b->left == was ? b->n / 2 : 0, b->n);
	if (b->left == was)
		jira_answer_rest_mark(a, b, 0, b->n / 2);
	return 0;
}

static int
jira_answer_names_take(struct request *a, struct batch *b, struct err *e)
{
	static const char *const members[JIRA_KINDS] = {
		[JIRA_USER] = "values", [JIRA_ISSUE] = "issues" };
	int is_list = a->kind < JIRA_USER, rc;
	char *where = mem_dupn(a->path, strcspn(a->path, "?"));
	struct json j, rows;

	rc = answer_json(&j, "Jira", where, &a->body, is_list ? JSON_ARR :
	    JSON_OBJ, e);
	free(where);
	if (rc == -1)
		return -1;
	rows = is_list ? json_copy(&j) : json_member(&j, members[a->kind]);
	if (json_type(&rows, "") != JSON_ARR)
		rc = err_set(e, ZX_PROTO, "Jira sent no list at %.*s: \"%s\" "
		    "is missing", (int)strcspn(a->path, "?"), a->path,
		    members[a->kind]);
	else
		rc = jira_answer_rows_take(a, b, &j, &rows, e);
	json_free(&rows);
	json_free(&j);
	return rc;
}

/* Mark the ids that a refusal names in quotes as unknown.  Return how many, or -1. */
static int
jira_answer_blamed(struct request *a, struct batch *b, struct err *e)
{
	struct json j, list, one;
	char *quoted;
	int i, k, n = 0;

	if (json_parse_answer(&j, buf_str(&a->body), a->body.len, NULL, NULL) == -1)
		return 0;
	list = json_member(&j, "errorMessages");
	for (k = 0; n >= 0 && k < json_len(&list, ""); k++) {
		one = json_at(&list, k);
		for (i = 0; n >= 0 && i < b->n; i++) {
			quoted = mem_fmt("'%s'", b->id[i]);
			if (!b->answered[i] && json_str(&one, "") != NULL &&
			    strstr(json_str(&one, ""), quoted) != NULL) {
				jira_answer_batch_mark(b, i);
				n = store_jira_unknown(&a->src->st,
		    jira_kinds[a->kind], b->id[i], e) == -1 ? -1 : n + 1;
			}
			free(quoted);
		}
		json_free(&one);
	}
	json_free(&list);
	json_free(&j);
	return n;
}

/* Divide a batch that was refused: some of its ids are unknown, or it is too large. */
static int
jira_answer_refused_take(struct request *a, struct batch *b, struct err *e)
{
	int n = jira_answer_blamed(a, b, e);

	a->is_text = n == 0;
	if (n == -1)
		return -1;
	if (n > 0) {
		jira_answer_rest_mark(a, b, 0, b->n);
		return 0;
	}
	if (a->kind < JIRA_USER || b->n == 1)
		return jira_answer_unknown_rest(a, b, e);
	if (a->jira->refused > REFUSED_MAX)
		return jira_refused(a->path, a->status == 404 ? 400 : a->status,
		    &a->body, e);
	jira_answer_rest_mark(a, b, b->n / 2, b->n);
	jira_answer_rest_mark(a, b, 0, b->n / 2);
	return 0;
}

static int
jira_answer_take(struct request *a, struct err *e)
{
	struct batch b;
	int rc;

	jira_answer_batch_open(&b, a);
	a->is_text = 0;
	switch (a->status) {
	case 200:
		rc = jira_answer_names_take(a, &b, e);
		break;
	case 400:
	case 404:
	case 413:
	case 414:
	case 431:
		rc = jira_answer_refused_take(a, &b, e);
		break;
	default:
		rc = jira_refused(a->path, a->status, &a->body, e);
		break;
	}
	free(b.text);
	return rc;
}

static void
jira_answer_committed(struct request *a)
{
	struct jira *t = a->jira;
	struct request *more;

	t->open--;
	t->refused = a->is_text ? t->refused + 1 : 0;
	while ((more = a->more) != NULL) {
		a->more = more->more;
		more->more = NULL;
		TAILQ_INSERT_HEAD(&t->ready, more, link);
	}
}

const struct reader jira_reader = {
    .store = jira_answer_take, .committed = jira_answer_committed };
