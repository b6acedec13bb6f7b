#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "domain/html.h"
#include "reconcile/result.h"

/*
 * A log keeps the version of the case that ran, and so do the texts of its step logs;
 * the steps of the last version say nothing of an older one.  So the step log of an
 * expected result is found at its step by id, then by the text of its step, then in
 * the table that zload adds to the note.  A step log that is not expected is right if
 * the source has a result with the same step, status and actual result.
 */
struct results {
	struct compare	*c;
	const char	*of;		/* marker of the case that ran */
	struct json	*want, *found;
	int		 n, m, older;
	char		*taken;		/* of found */
	char		*table;		/* result_table */
	struct json	 source;	/* results of the execution, once needed */
	char		*used;		/* of source */
};

/* The step of a result: number n of a case. */
struct result_step {
	char	 key[KEY_MAX];
	int64_t	 n;
	int	 called;		/* the case is one that another calls */
};

/* Read the symbol {"$step": ...} of an expected result. */
static struct result_step
result_step_of(const struct json *want, const char *member)
{
	struct json sym = json_get(want, member), s = json_member(&sym, "$step");
	struct result_step step = { .called = json_str(&s, "call") != NULL };

	snprintf(step.key, sizeof(step.key), "%s",
	    value_text(&s, step.called ? "call" : "case"));
	step.n = json_int(&s, step.called ? "m" : "n", 0);
	json_free(&s);
	json_free(&sym);
	return step;
}

/* Return 1 if the step with this id is that of the symbol. */
static int
result_right(struct stage *stage, const struct json *want, const char *member, int64_t id)
{
	struct result_step step = result_step_of(want, member);
	char at[KEY_MAX];
	int64_t n;

	return stage_place(stage, id, at, &n) && strcmp(at, step.key) == 0 && n == step.n;
}

/* Check the parent of a step of a called case: at every depth, qTest has a step of the
   case that ran; the record has the step that calls, which may be in between. */
static int
result_parent(struct stage *stage, const char *of, const struct json *want,
    const struct json *found)
{
	int64_t id = json_int(found, "parent_test_step_id", 0), place;
	char at[KEY_MAX];

	if (json_type(want, "parent_test_step_id") != JSON_OBJ ||
	    result_right(stage, want, "parent_test_step_id", id))
		return 1;
	return strcmp(value_text(want, "parent_test_step_id.$step.case"), of) != 0 &&
	    stage_place(stage, id, at, &place) && strcmp(at, of) == 0;
}

/* Return 1 for what qTest fills in for a step without a result. */
static int
result_blank(const struct json *log)
{
	const char *name = json_str(log, "status.name");

	if (name == NULL)
		name = json_str(log, "status.$status");
	return value_text(log, "actual_result")[0] == '\0' &&
	    strcasecmp(value_or_empty(name), "Unexecuted") == 0;
}

/* Return 1 if a step log has the texts that the source has for a step. */
static int
result_has_text(const struct results *v, const struct result_step *step, const struct json *log)
{
	const struct expected *x = v->c->x;
	const char *text = json_str(log, "description");
	struct json script = { 0 };
	struct db_query q;
	int yes = 0;

	db_query(&q, x->db, "SELECT t.description, t.expected, s.kind, s.script"
	    " FROM test_script s LEFT JOIN test_step t ON t.project = s.project"
	    " AND t.case_key = s.case_key AND t.n = ?3"
	    " WHERE s.project = ?1 AND s.case_key = ?2", "ssi", x->project, step->key, step->n);
	if (!db_row(&q) || text == NULL)
		;
	else if (strcmp(value_or_empty(db_str(&q, 2)), "steps") == 0)
		yes = words_step_in(text, db_str(&q, 0)) &&
		    words_step_in(json_str(log, "expected_result"), db_str(&q, 1));
	else if (db_str(&q, 3) != NULL &&
	    json_parse(&script, db_str(&q, 3), db_len(&q, 3), NULL, NULL) == 0)
		yes = words_step_in(text, json_str(&script, "text"));
	json_free(&script);
	differences_query_end(v->c->o.to, &q);
	return yes;
}

static int
result_same_status(const struct json *want, const struct json *found)
{
	return strcasecmp(value_text(want, "status.$status"),
	    value_text(found, "status.name")) == 0;
}

/* Return the index of the step log at the step of result i, -1 if there is none. */
static int
result_at_step(const struct results *v, int i)
{
	int k;

	for (k = 0; k < v->m; k++)
		if (!v->taken[k] && result_right(v->c->stage, &v->want[i], "test_step_id",
		    json_int(&v->found[k], "test_step_id", 0)) &&
		    result_parent(v->c->stage, v->of, &v->want[i], &v->found[k]))
			return k;
	return -1;
}

/* Where another version ran, of the case or of one that it calls, return the index of
   the step log with the text of the step of result i; of several, one with the same
   result.  -1: none. */
static int
result_by_text(const struct results *v, int i)
{
	struct result_step step = result_step_of(&v->want[i], "test_step_id");
	int64_t place;
	int k, best = -1;
	char at[KEY_MAX];

	for (k = 0; k < v->m; k++) {
		if (v->taken[k] || !(v->older || step.called) ||
		    !result_has_text(v, &step, &v->found[k]))
			continue;
		/* the last version has this step log at another step */
		if (stage_place(v->c->stage, json_int(&v->found[k], "test_step_id", 0), at,
		    &place) && (strcmp(at, step.key) != 0 || place != step.n))
			continue;
		if (best == -1)
			best = k;
		if (result_same_status(&v->want[i], &v->found[k]) &&
		    words_equal(json_str(&v->want[i], "actual_result"),
		    json_str(&v->found[k], "actual_result")))
			return k;
	}
	return best;
}

static void
result_compare(struct compare *c, int i, const struct json *want, const struct json *found)
{
	struct object *o = &c->o;
	int before = o->differences;

	snprintf(o->part, sizeof(o->part), "step result %d ", i + 1);
	compare_status(c, "status", want, found);
	compare_html(o, "actual result", value_text(want, "actual_result"),
	    value_text(found, "actual_result"));
	o->part[0] = '\0';
	differences_tally(o->to, STEP_LOG, o->differences > before);
}

static int
result_tables(const char *html)
{
	int n;

	for (n = 0; (html = strstr(html, "<table")) != NULL; n++)
		html++;
	return n;
}

/* Return the text that found has between the text of want and the marker that ends
   both, if it has a table more than want; NULL if not. */
static char *
result_added(const char *want, const char *found, const char *marker)
{
	struct buf a = { 0 }, b = { 0 };
	size_t end = strlen(marker), n;
	char *added = NULL;

	if (result_tables(found) <= result_tables(want))
		return NULL;
	compare_text(&a, want);
	compare_text(&b, found);
	n = a.len > end ? a.len - end : 0;
	if (b.len > n + end && strcmp(buf_str(&a) + n, marker) == 0 &&
	    memcmp(buf_str(&a), buf_str(&b), n) == 0 &&
	    strcmp(buf_str(&b) + b.len - end, marker) == 0)
		added = mem_dupn(buf_str(&b) + n, b.len - end - n);
	buf_free(&a);
	buf_free(&b);
	return added;
}

/* Return the text of the table that zload adds to the note of a log for results that
   have no step, NULL if there is none; the caller frees it. */
static char *
result_table(const char *want, const char *found, const char *ekey)
{
	struct buf plain = { 0 };
	char *marker = mem_fmt("[zephyr %s]", ekey);
	char *table = result_added(want, found, marker);

	if (table == NULL && strstr(found, "&lt;table") != NULL) {	/* escaped markup */
		html_text(&plain, found, strlen(found));
		table = result_added(want, buf_str(&plain), marker);
	}
	buf_free(&plain);
	free(marker);
	return table;
}

static int
result_in_table(const char *table, const struct json *want)
{
	return table != NULL &&
	    words_in_text(table, value_text(want, "actual_result")) &&
	    words_in_text(table, value_text(want, "status.$status"));
}

/* Look in the table of the note for a result without a step log: return 1 if it is
   there, 0 if it is blank or missing, which is reported. */
static int
result_noted(const struct results *v, int i)
{
	struct tally *y = &v->c->o.to->tally[STEP_LOG];
	char what[64], where[KEY_MAX + 32];
	const struct json *want = &v->want[i];

	if (result_blank(want))
		return 0;
	if (result_in_table(v->table, want)) {
		differences_tally(v->c->o.to, STEP_LOG, 0);
		return 1;
	}
	y->compared++;
	snprintf(what, sizeof(what), "step result %d", i + 1);
	snprintf(where, sizeof(where), "a result on step %lld of %s",
	    (long long)json_int(want, "test_step_id.$step.n", 0),
	    value_text(want, "test_step_id.$step.case"));
	object_differs(&v->c->o, what, where, "");
	y->missing++;
	return 0;
}

static void
result_source_load(struct results *v)
{
	struct db_query q;

	if (v->used != NULL)
		return;
	db_query(&q, v->c->x->db, "SELECT results FROM test_execution WHERE project = ?1"
	    " AND id = ?2", "si", v->c->x->project,
	    (int64_t)strtoll(v->c->o.ekey + 2, NULL, 10));
	if (db_row(&q) && db_str(&q, 0) != NULL)
		(void)json_parse(&v->source, db_str(&q, 0), db_len(&q, 0), NULL, NULL);
	differences_query_end(v->c->o.to, &q);
	v->used = mem_zalloc((size_t)json_len(&v->source, "") + 1);
}

/* Return 1 if the source has a result equal to a step log that is not expected, which
   no other step log has taken. */
static int
result_in_source(struct results *v, const struct json *log)
{
	const char *text = json_str(log, "description");
	char before[KEY_MAX];
	struct json one;
	int i, yes = 0;

	result_source_load(v);
	for (i = 0; i < json_len(&v->source, "") && !yes && text != NULL; i++) {
		one = json_at(&v->source, i);
		yes = !v->used[i] &&
		    words_step_in(text, json_str(&one, "inline.description")) &&
		    words_step_in(json_str(log, "expected_result"),
		    json_str(&one, "inline.expectedResult")) &&
		    words_equal(json_str(&one, "inline.actualResult"),
		    json_str(log, "actual_result")) &&
		    stage_mapped(v->c->stage, value_text(&one, "status.name"),
		    value_text(log, "status.name"), before);
		if (yes)
			v->used[i] = 1;
		json_free(&one);
	}
	return yes;
}

static void
results_unexpected(struct results *v)
{
	struct tally *y = &v->c->o.to->tally[STEP_LOG];
	char what[64];
	int k;

	for (k = 0; k < v->m; k++) {
		if (v->taken[k] || result_blank(&v->found[k]))
			continue;
		if (result_in_source(v, &v->found[k])) {
			differences_tally(v->c->o.to, STEP_LOG, 0);
			continue;
		}
		snprintf(what, sizeof(what), "step result on step id %lld",
		    (long long)json_int(&v->found[k], "test_step_id", 0));
		object_differs(&v->c->o, what, "",
		    value_text(&v->found[k], "status.name"));
		y->unexpected++;
	}
}

/* Pair expected results with step logs and compare them; return how many stand in the
   table of the note. */
static int
results_pair(struct results *v)
{
	int *at = mem_zalloc(((size_t)v->n + 1) * sizeof(*at)), i, noted = 0;

	for (i = 0; i < v->n; i++)
		if ((at[i] = result_at_step(v, i)) >= 0)
			v->taken[at[i]] = 1;
	for (i = 0; i < v->n; i++)
		if (at[i] == -1 && (at[i] = result_by_text(v, i)) >= 0)
			v->taken[at[i]] = 1;
	for (i = 0; i < v->n; i++)
		if (at[i] >= 0 && !(result_blank(&v->found[at[i]]) &&
		    result_in_table(v->table, &v->want[i])))
			result_compare(v->c, i, &v->want[i], &v->found[at[i]]);
		else
			noted += result_noted(v, i);
	free(at);
	return noted;
}

/* Return 1 if zload reported a table of results in the note of this log. */
static int
result_table_reported(const struct compare *c)
{
	struct db_query q;

	db_query(&q, c->x->db, "SELECT count(*) FROM issue WHERE project = ?1"
	    " AND side = 'load' AND stream = ?2 AND key = ?3 AND rule = 'step-results'", "sss",
	    c->x->project, c->o.stream, c->o.skey);
	return differences_query_int(c->o.to, &q) > 0;
}

void
result_match(struct compare *c, const char *of, const struct json *body,
    const struct found *f, int older)
{
	struct results v = { .c = c, .of = of, .older = older };
	const char *want = value_text(body, "note");
	const char *found = value_text(&f->doc, "note");
	int noted;

	v.n = value_list(body, "test_step_logs", &v.want);
	v.m = value_list(&f->doc, "test_step_logs", &v.found);
	v.taken = mem_zalloc((size_t)v.m + 1);
	v.table = result_table(want, found, c->o.ekey);
	noted = results_pair(&v);
	results_unexpected(&v);
	if (v.table != NULL && (noted > 0 || result_table_reported(c)))
		compare_links(&c->o, "note", want, found);
	else
		compare_html(&c->o, "note", want, found);
	value_list_free(v.want, v.n);
	value_list_free(v.found, v.m);
	json_free(&v.source);
	free(v.used);
	free(v.taken);
	free(v.table);
}
