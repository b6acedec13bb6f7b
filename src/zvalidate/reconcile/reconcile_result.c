#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "reconcile/reconcile_impl.h"

/*
 * Step results of a log.  A log keeps the version of the case that ran, and so do
 * the texts of its step logs; the steps of the last version say nothing of an
 * older one.  So a result that is expected is looked for at its step by id, then
 * by the words of its step; and a step log that nobody expects is right when the
 * source has a result with the same step, status and actual result.
 */
struct results {
	const struct json *doc;		/* the log */
	struct json	*want, *found;
	int		 n, m, old;
	char		*taken;		/* of found */
	struct json	 source;	/* results of the execution, once needed */
	char		*used;		/* of source */
};

/* Does a step id of qTest stand where {"case","n","call","m"} says? */
static int
result_stands(struct recon *r, int64_t step, const char *key, int64_t n)
{
	char at[KEY_MAX];
	int64_t place = 0;

	return stage_place(r, step, at, &place) && strcmp(at, key) == 0 && place == n;
}

/* A symbol {"$step": ...} of a wanted result against an id. */
static int
result_right(struct recon *r, const struct json *want, const char *member, int64_t id)
{
	struct json step = json_get(want, member), s = json_member(&step, "$step");
	const char *call = json_str(&s, "call");
	int ok;

	if (call != NULL)
		ok = result_stands(r, id, call, json_int(&s, "m", 0));
	else
		ok = result_stands(r, id, or_empty(json_str(&s, "case")),
		    json_int(&s, "n", 0));
	json_free(&s);
	json_free(&step);
	return ok;
}

/* The parent of a step of a called case is a step of the case that ran (of), at
   every depth; the record names the step that calls, which may be in between. */
static int
result_parent(struct recon *r, const char *of, const struct json *want,
    const struct json *found)
{
	int64_t id = json_int(found, "parent_test_step_id", 0), place;
	char at[KEY_MAX];

	if (json_type(want, "parent_test_step_id") != JSON_OBJ ||
	    result_right(r, want, "parent_test_step_id", id))
		return 1;
	return strcmp(or_empty(json_str(want, "parent_test_step_id.$step.case")), of) != 0 &&
	    stage_place(r, id, at, &place) && strcmp(at, of) == 0;
}

/* What qTest fills in for steps that nobody gave a result. */
static int
result_blank(const struct json *log)
{
	const char *name = json_str(log, "status.name");

	if (name == NULL)
		name = json_str(log, "status.$status");
	return or_empty(json_str(log, "actual_result"))[0] == '\0' &&
	    strcasecmp(or_empty(name), "Unexecuted") == 0;
}

static int
reconcile_result_step_words(const char *html, const char *part)
{
	return has_step_words(or_empty(html), or_empty(part));
}

static int
reconcile_result_words_equal(const char *a, const char *b)
{
	return has_words(or_empty(a), or_empty(b)) && has_words(or_empty(b), or_empty(a));
}

/* Is it the step log of step n of a case, by the words that it has in the source? */
static int
reconcile_result_step_is(struct recon *r, const char *key, int64_t n, const struct json *log)
{
	const char *text = json_str(log, "description");
	struct json script = { 0 };
	struct db_query q;
	int yes = 0;

	db_query(&q, r->db, "SELECT t.description, t.expected, s.kind, s.script"
	    " FROM test_script s LEFT JOIN test_step t ON t.project = s.project"
	    " AND t.case_key = s.case_key AND t.n = ?3"
	    " WHERE s.project = ?1 AND s.case_key = ?2", "ssi", r->project, key, n);
	if (!db_row(&q) || text == NULL)
		;
	else if (strcmp(or_empty(db_str(&q, 2)), "steps") == 0)
		yes = reconcile_result_step_words(text, db_str(&q, 0)) &&
		    reconcile_result_step_words(
			json_str(log, "expected_result"), db_str(&q, 1));
	else if (db_str(&q, 3) != NULL &&
	    json_parse(&script, db_str(&q, 3), db_len(&q, 3), NULL, NULL) == 0)
		yes = reconcile_result_step_words(text, json_str(&script, "text"));
	json_free(&script);
	recon_end(r, &q);
	return yes;
}

static int
result_same_status(const struct json *want, const struct json *found)
{
	return strcasecmp(or_empty(json_str(want, "status.$status")),
	    or_empty(json_str(found, "status.name"))) == 0;
}

/* At its step: the index of the step log, or -1. */
static int
result_at_step(struct recon *r, const char *of, const struct results *v, int i)
{
	int k;

	for (k = 0; k < v->m; k++)
		if (!v->taken[k] && result_right(r, &v->want[i], "test_step_id",
		    json_int(&v->found[k], "test_step_id", 0)) &&
		    result_parent(r, of, &v->want[i], &v->found[k]))
			return k;
	return -1;
}

/* Another version ran, of the case or of one that it calls: the step log with the
   words of its step, of several that with the same result.  -1: none. */
static int
result_by_words(struct recon *r, const struct results *v, int i)
{
	struct json step = json_get(&v->want[i], "test_step_id"), s = json_member(&step, "$step");
	const char *call = json_str(&s, "call");
	const char *key = call != NULL ? call : or_empty(json_str(&s, "case"));
	int64_t n = json_int(&s, call != NULL ? "m" : "n", 0), place;
	int k, best = -1;
	char at[KEY_MAX];

	for (k = 0; k < v->m; k++) {
		if (v->taken[k] || !(v->old || call != NULL) ||
		    !reconcile_result_step_is(r, key, n, &v->found[k]))
			continue;
		/* what the last version has elsewhere is another step */
		if (stage_place(r, json_int(&v->found[k], "test_step_id", 0), at, &place) &&
		    (strcmp(at, key) != 0 || place != n))
			continue;
		if (best == -1)
			best = k;
		if (result_same_status(&v->want[i], &v->found[k]) &&
		    reconcile_result_words_equal(json_str(&v->want[i], "actual_result"),
		    json_str(&v->found[k], "actual_result"))) {
			best = k;
			break;
		}
	}
	json_free(&s);
	json_free(&step);
	return best;
}

static void
result_compare(struct recon *r, int i, const struct json *want, const struct json *found)
{
	struct tally *y = &r->tally[STEP_LOG];
	char what[64];
	int odd = r->odd;

	snprintf(what, sizeof(what), "step result %d status", i + 1);
	same_status(r, what, want, found);
	snprintf(what, sizeof(what), "step result %d actual result", i + 1);
	same_html(r, what, or_empty(json_str(want, "actual_result")),
	    or_empty(json_str(found, "actual_result")));
	y->compared++;
	y->equal += r->odd == odd;
	y->different += r->odd > odd;
}

/* The heading and table of results without a step: they stand before the marker of a
   note, which is *end.  NULL: there are none. */
static const char *
reconcile_result_note_table(const char *note, const char **end)
{
	const char *from = strstr(note, "Step results that qTest has no step for"), *p;

	*end = NULL;
	for (p = from; p != NULL && (p = strstr(p, "[zephyr ")) != NULL; p++)
		*end = p;
	return *end != NULL ? from : NULL;
}

/* Does the note hold this result, as text? */
static int
result_in_note(const struct json *want, const char *note)
{
	const char *end, *from = reconcile_result_note_table(note, &end);
	char *table;
	int yes;

	if (from == NULL)
		return 0;
	table = mem_dupn(from, (size_t)(end - from));
	yes = has_words(table, or_empty(json_str(want, "actual_result"))) &&
	    has_words(table, or_empty(json_str(want, "status.$status")));
	free(table);
	return yes;
}

/* It has no step log: 1 when the note of the log holds it, 0 when it has nothing to
   say or is missing, which is reported. */
static int
result_noted(struct recon *r, int i, const struct json *want, const char *note)
{
	char what[64], where[KEY_MAX + 32];

	if (result_blank(want))
		return 0;
	r->tally[STEP_LOG].compared++;
	if (result_in_note(want, note)) {
		r->tally[STEP_LOG].equal++;
		return 1;
	}
	snprintf(what, sizeof(what), "step result %d", i + 1);
	snprintf(where, sizeof(where), "a result on step %lld of %s",
	    (long long)json_int(want, "test_step_id.$step.n", 0),
	    or_empty(json_str(want, "test_step_id.$step.case")));
	tell(r, what, where, "");
	r->tally[STEP_LOG].missing++;
	return 0;
}

static void
reconcile_result_source_load(struct recon *r, struct results *v)
{
	struct db_query q;

	if (v->used != NULL)
		return;
	db_query(&q, r->db, "SELECT results FROM test_execution WHERE project = ?1 AND id = ?2",
	    "si", r->project, (int64_t)strtoll(r->ekey + 2, NULL, 10));
	if (db_row(&q) && db_str(&q, 0) != NULL)
		(void)json_parse(&v->source, db_str(&q, 0), db_len(&q, 0), NULL, NULL);
	recon_end(r, &q);
	v->used = mem_zalloc((size_t)json_len(&v->source, "") + 1);
}

/* A step log that no wanted result is about: the source has this very result. */
static int
result_of_source(struct recon *r, struct results *v, const struct json *log)
{
	const char *text = json_str(log, "description");
	char before[KEY_MAX];
	struct json one;
	int i, yes = 0;

	reconcile_result_source_load(r, v);
	for (i = 0; i < json_len(&v->source, "") && !yes && text != NULL; i++) {
		one = json_at(&v->source, i);
		yes = !v->used[i] &&
		    reconcile_result_step_words(
			text, json_str(&one, "inline.description")) &&
		    reconcile_result_step_words(json_str(log, "expected_result"),
			json_str(&one, "inline.expectedResult")) &&
		    reconcile_result_words_equal(json_str(&one, "inline.actualResult"),
			json_str(log, "actual_result")) &&
		    stage_mapped(r, or_empty(json_str(&one, "status.name")),
			or_empty(json_str(log, "status.name")), before);
		if (yes)
			v->used[i] = 1;
		json_free(&one);
	}
	return yes;
}

static void
results_strange(struct recon *r, struct results *v)
{
	struct tally *y = &r->tally[STEP_LOG];
	char what[64];
	int k;

	for (k = 0; k < v->m; k++) {
		if (v->taken[k] || result_blank(&v->found[k]))
			continue;
		if (result_of_source(r, v, &v->found[k])) {
			y->compared++;
			y->equal++;
			continue;
		}
		snprintf(what, sizeof(what), "step result on step id %lld",
		    (long long)json_int(&v->found[k], "test_step_id", 0));
		tell(r, what, "", or_empty(json_str(&v->found[k], "status.name")));
		y->unexpected++;
	}
}

static int
results_pair(struct recon *r, const char *of, struct results *v)
{
	int *at = mem_zalloc(((size_t)v->n + 1) * sizeof(*at)), i, noted = 0;

	for (i = 0; i < v->n; i++)
		if ((at[i] = result_at_step(r, of, v, i)) >= 0)
			v->taken[at[i]] = 1;
	for (i = 0; i < v->n; i++)
		if (at[i] == -1 && (at[i] = result_by_words(r, v, i)) >= 0)
			v->taken[at[i]] = 1;
	for (i = 0; i < v->n; i++)
		if (at[i] >= 0 && !(result_blank(&v->found[at[i]]) &&
		    result_in_note(&v->want[i], or_empty(json_str(v->doc, "note")))))
			result_compare(r, i, &v->want[i], &v->found[at[i]]);
		else
			noted += result_noted(r, i, &v->want[i],
			    or_empty(json_str(v->doc, "note")));
	free(at);
	return noted;
}

int
match_results(struct recon *r, const char *of, const struct json *body, const struct found *f,
    int old)
{
	struct results v = { .doc = &f->doc, .old = old };
	int i, noted;

	v.n = in_order(body, "test_step_logs", &v.want);
	v.m = in_order(&f->doc, "test_step_logs", &v.found);
	v.taken = mem_zalloc((size_t)v.m + 1);
	noted = results_pair(r, of, &v);
	results_strange(r, &v);
	for (i = 0; i < v.n; i++)
		json_free(&v.want[i]);
	for (i = 0; i < v.m; i++)
		json_free(&v.found[i]);
	json_free(&v.source);
	free(v.used);
	free(v.want);
	free(v.found);
	free(v.taken);
	return noted;
}

/* Did the loader report that results of this log became text? */
static int
results_are_text(struct recon *r)
{
	struct err e = { 0 };
	int64_t n = 0;

	if (db_one(r->db, &n, 0, &e, "SELECT count(*) FROM issue WHERE project = ?1"
	    " AND side = 'load' AND stream = ?2 AND key = ?3 AND rule = 'step-results'", "sss",
	    r->project, r->stream, r->skey) == -1)
		recon_fail(r, &e);
	return n > 0;
}

void
same_note(struct recon *r, const char *want, const char *found, int noted)
{
	const char *end, *from = reconcile_result_note_table(found, &end);
	struct buf b = { 0 };

	if (from != NULL && (noted > 0 || results_are_text(r))) {
		buf_add(&b, found, (size_t)(from - found));
		buf_puts(&b, "<p>");
		buf_puts(&b, end);
		found = buf_str(&b);
	}
	same_html(r, "note", want, found);
	buf_free(&b);
}
