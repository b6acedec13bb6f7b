#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "steps/step_note.h"
#include "steps/step_results.h"
#include "steps/step_update.h"
#include "work/task.h"

/* A step log that qTest has.  An update names it by its id and keeps its order. */
struct present {
	struct json	 doc;
	int64_t		 id, order, step, by, called;
	char		 text[STEP_TEXT];
	struct step_result *result;
};

static int
step_update_present_cmp(const void *a, const void *b)
{
	const struct present *x = a, *y = b;

	return x->order < y->order ? -1 : x->order > y->order;
}

static int
step_update_present_read(const struct json *doc, struct present **out)
{
	struct json list = json_member(doc, "test_step_logs");
	int i, n = json_len(&list, "");
	struct present *s;

	*out = mem_zalloc(((size_t)n + 1) * sizeof(**out));
	for (i = 0; i < n; i++) {
		s = &(*out)[i];
		s->doc = json_at(&list, i);
		s->id = json_int(&s->doc, "test_step_log_id", 0);
		s->order = json_int(&s->doc, "order", 0);
		s->step = json_int(&s->doc, "test_step_id", 0);
		s->by = json_int(&s->doc, "parent_test_step_id", 0);
		s->called = json_int(&s->doc, "called_test_case_id", 0);
		step_text(s->text, json_str(&s->doc, "description"),
		    json_str(&s->doc, "expected_result"));
	}
	json_free(&list);
	qsort(*out, (size_t)n, sizeof(**out), step_update_present_cmp);
	return n;
}

static void
step_update_present_free(struct present *s, int n)
{
	while (n > 0)
		json_free(&s[--n].doc);
	free(s);
}

/* Match results to n step logs by the ids of their steps. */
static void
step_update_match_places(struct step_results *r, struct present *s, int n)
{
	struct step_place *p;
	int i, k;

	for (i = 0; i < r->n; i++)
		for (k = 0, p = r->v[i].place; k < n; k++)
			if (s[k].result == NULL && s[k].step == p->id &&
			    s[k].by == p->by && s[k].called == p->called) {
				s[k].result = &r->v[i];
				break;
			}
}

struct wording {
	char		 text[STEP_TEXT];
};

/* Write the text of the step of each result into w.  0, -1. */
static int
step_update_texts_read(struct task *t, struct wording *w, struct err *e)
{
	struct step_results *r = t->results;
	struct json step;
	int i;

	for (i = 0; i < r->n; i++) {
		if (step_of_result(t, &r->v[i], &step, e) == -1)
			return -1;
		if (step.set && json_type(&step, "called_test_case_id") == JSON_NONE)
			step_text(w[i].text, json_str(&step, "description"),
			    json_str(&step, "expected"));
		json_free(&step);
	}
	return 0;
}

/* Match results to n step logs of another version by the texts of their steps, where as many
   results as step logs have a text.  0, -1. */
static int
step_update_match_texts(struct task *t, struct present *s, int n, struct err *e)
{
	struct step_results *r = t->results;
	struct wording *w = mem_zalloc(((size_t)r->n + 1) * sizeof(*w));
	int i, k, results, logs, at, rc = step_update_texts_read(t, w, e);

	for (i = 0; i < r->n && rc == 0; i++) {
		for (k = results = 0; k < r->n; k++)
			results += strcmp(w[k].text, w[i].text) == 0 &&
			    r->v[k].called == r->v[i].called;
		for (k = logs = 0, at = -1; k < n; k++) {
			if (strcmp(s[k].text, w[i].text) != 0 ||
			    s[k].called != r->v[i].called)
				continue;
			logs++;
			if (at == -1 && s[k].result == NULL)
				at = k;
		}
		if (w[i].text[0] != '\0' && results == logs && at != -1 &&
		    r->v[i].status != 0)
			s[at].result = &r->v[i];
	}
	free(w);
	return rc;
}

/* Append a step log to a list: with its result; without one, cleared or else unchanged. */
static void
step_update_log_push(struct task *t, struct json *to, const struct present *s, int cleared)
{
	struct json log = json_object(), status;
	const char *actual;

	json_set_int(&log, "test_step_log_id", s->id);
	json_set_int(&log, "order", s->order);
	if ((s->result == NULL && !cleared) || step_log_put(t, &log, s->result) == 0) {
		status = json_object();
		json_set_int(&status, "id", json_int(&s->doc, "status.id", 0));
		json_set(&log, "status", status);
		actual = json_str(&s->doc, "actual_result");
		json_set_str(&log, "actual_result", actual != NULL ? actual : "");
	}
	json_push(to, log);
}

/* Match the results to n step logs; *known: the places of the version that ran are known, and
   every result has one.  0, -1. */
static int
step_update_assign(struct task *t, struct present *s, int n, int *known, struct err *e)
{
	struct step_results *r = t->results;

	*known = r->placed == r->n && r->version != 0 &&
	    json_int(&t->doc, "test_case_version_id", 0) == r->version;
	if (*known)
		step_update_match_places(r, s, n);
	else if (step_update_match_texts(t, s, n, e) == -1)
		return -1;
	else
		step_unplaced(r, "another version of the case ran, without such a step");
	return 0;
}

/* Match the results to n step logs, and put these into the body.  0, -1. */
static int
step_update_match(struct task *t, struct present *s, int n, struct err *e)
{
	struct json list = json_array();
	int i, known, rc = step_update_assign(t, s, n, &known, e);

	for (i = 0; i < n; i++) {
		if (s[i].result != NULL)
			s[i].result->is_logged = 1;
		step_update_log_push(t, &list, &s[i], known);
	}
	json_set(&t->body, "test_step_logs", list);
	return rc;
}

int
step_logs_update(struct task *t, struct err *e)
{
	struct step_results *r = t->results;
	struct present *s;
	int i, n, named = 0, rc = 0;

	if (r == NULL)
		return 0;
	n = step_update_present_read(&t->doc, &s);
	for (i = 0; i < n; i++)
		named += s[i].id != 0;
	for (i = 0; i < r->n; i++)
		r->v[i].is_logged = 0;
	if (n == 0)
		step_unplaced(r, "the log was written without step logs");
	else if (named < n)
		step_unplaced(r, "qTest does not name the step logs that it holds");
	else if (t->refused[0] == '\0')
		rc = step_update_match(t, s, n, e);
	step_update_present_free(s, n);
	return rc == -1 ? -1 : step_note(t, e);
}

int
step_log_find(struct task *t, int64_t n, int64_t *id, struct err *e)
{
	struct step_results *r = t->results;
	struct present *s;
	int i, known, count, rc;

	*id = 0;
	if (r == NULL || n < 1 || n > r->n)
		return 0;
	count = step_update_present_read(&t->doc, &s);
	rc = step_update_assign(t, s, count, &known, e);
	for (i = 0; i < count && rc == 0; i++)
		if (s[i].result == &r->v[n - 1])
			*id = s[i].id;
	step_update_present_free(s, count);
	return rc;
}
