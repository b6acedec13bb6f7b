#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/input.h"
#include "steps/case_steps.h"
#include "steps/step_note.h"
#include "steps/step_results.h"
#include "work/task.h"
#include "work/work.h"

/*
 * A result whose place is unknown or uncertain goes into the note (step_note.c), never to
 * another step.
 */

/* Read the results from a list of symbolic step logs; own is the key of the case that ran. */
static void
step_results_rows_read(struct step_results *r, const struct json *list, const char *own)
{
	struct step_result *s;
	const char *by, *call;
	int i;

	r->n = json_len(list, "");
	r->v = mem_zalloc(((size_t)r->n + 1) * sizeof(*r->v));
	for (i = 0; i < r->n; i++) {
		s = &r->v[i];
		s->row = json_at(list, i);
		by = json_str(&s->row, "test_step_id.$step.case");
		call = json_str(&s->row, "test_step_id.$step.call");
		s->k = json_int(&s->row, "test_step_id.$step.n", 0);
		s->of = call != NULL ? call : by;
		s->m = call != NULL ? json_int(&s->row, "test_step_id.$step.m", 0) : 0;
		s->no = call != NULL ? s->m : s->k;
		s->via = VIA_OWN;
		if (by == NULL || (call == NULL && strcmp(by, own) != 0))
			s->of = NULL;
		else if (strcmp(by, own) != 0)
			s->via = 0;
		s->n = s->via == VIA_OWN ? s->k : 0;
	}
}

/* Find the id of a case, whose steps have results, once it is approved.  1, 2 when it will not be
   approved, 0 when the task is blocked, -1. */
static int
step_results_case_find(struct task *t, const char *key, int64_t *id, struct err *e)
{
	struct known_id k;
	char why[120] = "";
	int rc = id_cache_find(t->work->ids, "approve", key, &k, why, sizeof(why), e);

	*id = 0;
	if (rc == ID_DONE) {
		rc = id_cache_find(t->work->ids, "case", key, &k, NULL, 0, e);
		*id = k.id;
		return rc == -1 ? -1 : rc == ID_DONE ? 1 : 2;
	}
	if (rc == ID_BROKEN || (rc == ID_ABSENT && !t->work->input->is_open)) {
		step_unplaced(t->results, "steps of %s are not approved%s%s", key,
		    why[0] != '\0' ? ": " : "", why);
		return 2;
	}
	if (rc != -1)
		task_block(t, "approve", key);
	return rc == -1 ? -1 : 0;
}

/* Find the ids of the called cases and of their callers.  1, 0 when the task is blocked, -1. */
static int
step_results_cases_find(struct task *t, struct err *e)
{
	struct step_results *r = t->results;
	struct step_result *s;
	int i, rc = 1;

	for (i = 0; i < r->n && rc > 0; i++) {
		s = &r->v[i];
		if (s->of == NULL || s->m == 0)
			continue;
		rc = step_results_case_find(t, s->of, &s->called, e);
		if (rc == 1 && s->via == 0)
			rc = step_results_case_find(t,
			    json_str(&s->row, "test_step_id.$step.case"), &s->via, e);
		if (rc == 2)
			s->of = NULL;
	}
	return rc > 0 ? 1 : rc;
}

/* List the places of the version of case own, once all its cases are approved.  1, 0 when the
   task is blocked, -1. */
static int
step_results_places_find(struct task *t, const char *own, struct err *e)
{
	struct step_results *r = t->results;
	struct json doc = { 0 };
	struct known_id k;
	const char *why;
	int i, rc = steps_known(t, own, &doc, &why, e);

	r->nplace = -1;
	if (rc != 1)
		return rc;
	if (why != NULL) {
		step_unplaced(r, "qTest does not list the steps of %s: %s", own, why);
		return 1;
	}
	if ((r->nplace = step_places(&doc, &r->place)) == -1)
		step_unplaced(r, "qTest does not list the steps that %s calls", own);
	json_free(&doc);
	if ((rc = id_cache_find(t->work->ids, "approve", own, &k, NULL, 0, e)) == -1)
		return -1;
	r->version = rc == ID_DONE ? k.version : 0;
	for (i = 0, rc = 1; i < r->nplace && rc == 1; i++)
		if (r->place[i].called != 0)
			rc = steps_called(t, r->place[i].called, e);
	return rc;
}

/* True if a place may be that of a result. */
static int
step_results_is_place_of(const struct step_place *p, const struct step_result *s)
{
	if (s->of == NULL || p->called != s->called || p->m != s->m)
		return 0;
	if (s->via == VIA_OWN)
		return p->n == s->k;
	return p->via == 0 || (p->via == s->via && p->k == s->k);
}

/* True if two results are about the same step. */
static int
step_results_same_step(const struct step_result *a, const struct step_result *b)
{
	return a->of != NULL && b->of != NULL && strcmp(a->of, b->of) == 0 &&
	    a->via == b->via && a->k == b->k && a->m == b->m;
}

/* Return the first free place of a result; NULL when the number of its places differs from
   the number of results about the same step. */
static struct step_place *
step_results_place_for(struct step_results *r, const struct step_result *s)
{
	struct step_place *first = NULL;
	int i, places = 0, results = 0;

	for (i = 0; i < r->n; i++)
		results += step_results_same_step(&r->v[i], s);
	for (i = 0; i < r->nplace; i++) {
		if (!step_results_is_place_of(&r->place[i], s))
			continue;
		places++;
		if (first == NULL && !r->place[i].is_used)
			first = &r->place[i];
	}
	return places == results ? first : NULL;
}

/* Check that a place has the text of the step of a result.  Results name steps by their number
   in Zephyr, and a case that was edited in qTest and kept may have other steps.  1, 0, -1. */
static int
step_results_fits_place(struct task *t, const struct step_result *s, const struct step_place *p,
    struct err *e)
{
	struct json step;
	char text[STEP_TEXT];
	int rc = steps_kept(t, s->of, e);

	if (rc != 1)
		return rc == -1 ? -1 : 1;
	if (step_of_result(t, s, &step, e) == -1)
		return -1;
	step_text(text, json_str(&step, "description"), json_str(&step, "expected"));
	json_free(&step);
	return strcmp(text, p->text) == 0;
}

/* Give each result its status and its place, if it has one.  1, -1. */
static int
step_results_place_all(struct task *t, struct err *e)
{
	struct step_results *r = t->results;
	struct step_result *s;
	struct step_place *p;
	const char *label;
	int i, rc;

	for (i = 0; i < r->n; i++) {
		s = &r->v[i];
		label = json_str(&s->row, "status.$status");
		rc = label != NULL && fields_status(t->session->fields, label, &s->status);
		if (rc == 0)
			step_unplaced(r, "qTest has no execution status %s",
			    label != NULL ? label : "(none)");
		if (rc == 0 || (p = step_results_place_for(r, s)) == NULL)
			continue;
		if ((rc = step_results_fits_place(t, s, p, e)) == -1)
			return -1;
		if (rc == 0) {
			step_unplaced(r, "%s was edited in qTest and its steps differ", s->of);
			continue;
		}
		p->is_used = 1;
		s->place = p;
		r->placed++;
	}
	return 1;
}

int
step_results(struct task *t, const struct json *body, struct err *e)
{
	struct json list = json_member(body, "test_step_logs");
	const char *own = json_str(body, "test_case_version_id.$version");
	int rc;

	step_results_free(t->results);
	t->results = NULL;
	if (json_len(&list, "") == 0 || own == NULL) {
		json_free(&list);
		return 1;
	}
	t->results = mem_zalloc(sizeof(*t->results));
	t->results->nplace = -1;
	step_results_rows_read(t->results, &list, own);
	json_free(&list);
	rc = step_results_cases_find(t, e);
	if (rc == 1 && t->refused[0] != '\0')
		step_unplaced(t->results, "%s", t->refused);
	else if (rc == 1)
		rc = step_results_places_find(t, own, e);
	return rc == 1 ? step_results_place_all(t, e) : rc;
}

int
step_log_put(struct task *t, struct json *log, const struct step_result *s)
{
	struct json status = json_object();
	int64_t id = s != NULL ? s->status : 0;
	int rc = s != NULL ? 1 : fields_status_default(t->session->fields, &id);

	json_set_int(&status, "id", id);
	json_set(log, "status", status);
	if (s != NULL)
		json_set(log, "actual_result", json_member(&s->row, "actual_result"));
	else
		json_set_str(log, "actual_result", "");
	return rc;
}

/* Make a step log for every place, in order.  1, or 0 as step_log_put(). */
static int
step_results_logs_of(struct task *t, struct json *out)
{
	struct step_results *r = t->results;
	struct step_place *p;
	struct step_result *s;
	struct json log;
	int i, k, rc = 1;

	*out = json_array();
	for (i = 0; i < r->nplace && rc == 1; i++) {
		p = &r->place[i];
		for (k = 0, s = NULL; k < r->n && s == NULL; k++)
			s = r->v[k].place == p ? &r->v[k] : NULL;
		log = json_object();
		json_set_int(&log, "order", i + 1);
		json_set_int(&log, "test_step_id", p->id);
		if (p->called != 0) {
			json_set_int(&log, "called_test_case_id", p->called);
			json_set_int(&log, "parent_test_step_id", p->by);
		}
		rc = step_log_put(t, &log, s);
		json_push(out, log);
	}
	return rc;
}

int
step_logs(struct task *t, struct err *e)
{
	struct step_results *r = t->results;
	struct json list;
	int i, rc;

	if (r == NULL)
		return 0;
	rc = r->placed == 0 ? 1 : step_results_logs_of(t, &list);
	if (rc == 0)
		step_unplaced(r, "qTest has no execution status for steps without a result");
	for (i = 0; i < r->n; i++)
		r->v[i].is_logged = rc == 1 && r->v[i].place != NULL;
	if (r->placed > 0 && rc == 1)
		json_set(&t->body, "test_step_logs", list);
	else if (r->placed > 0)
		json_free(&list);
	return step_note(t, e);
}
