#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "reconcile_impl.h"

/* Runs and logs. */

static int64_t
run_case(const struct json *doc)
{
	int64_t id = json_int(doc, "test_case.id", 0);

	return id > 0 ? id : json_int(doc, "testCaseId", 0);
}

static int64_t
version_of(const struct json *doc)
{
	int64_t id = json_int(doc, "test_case_version_id", 0);

	return id > 0 ? id : json_int(doc, "test_case.test_case_version_id", 0);
}

/*
 * The version that ran is the case's, or an older one when the case has been
 * approved again since.  *old: its steps are not those that were read.
 */
static void
same_version(struct recon *r, const char *key, int64_t id, int *old)
{
	struct found c;
	char ids[64], want[32], got[32];
	int64_t now;

	*old = 0;
	if (stage_find(r, CASE, key, &c, ids, sizeof(ids)) > 0) {
		now = json_int(&c.doc, "test_case_version_id", 0);
		*old = id != now && strtol(or_empty(json_str(&c.doc, "version")), NULL, 10) > 1;
		if (id != now && (!*old || id > now || id <= 0)) {
			snprintf(want, sizeof(want), "%lld", (long long)now);
			snprintf(got, sizeof(got), "%lld", (long long)id);
			tell(r, "test case version", want, id > 0 ? got : "");
		}
	}
	found_free(&c);
}

void
match_run(struct recon *r, const struct json *want, struct found *f)
{
	struct json body = json_get(want, "body");
	const char *up = or_empty(json_str(want, "parent.$ref")), *name, *of;
	int old;

	name = or_empty(json_str(&body, "name"));
	of = or_empty(json_str(&body, "test_case.id.$ref"));
	same_line(r, "name", name, or_empty(qtest_name(&f->doc)));
	same_ref(r, "parent", up, strcmp(f->pkind, "suite") == 0 ? SUITE : CYCLE, f->parent);
	same_ref(r, "test case", of, CASE, run_case(&f->doc));
	if (strncmp(of, "case/", 5) == 0)
		same_version(r, of + 5, version_of(&f->doc), &old);
	same_props(r, "test-runs", &body, &f->doc);
	json_free(&body);
}

static void
same_status(struct recon *r, const char *what, const struct json *want, const struct json *found)
{
	struct err e = { 0 };
	const char *name = json_str(found, "status.name");
	int64_t id = json_int(found, "status.id", 0);

	if (name == NULL && id > 0)
		name = fields_status_name(r->fields, id, &e);
	if (e.code != 0)
		recon_fail(r, &e);
	if (strcasecmp(or_empty(json_str(want, "status.$status")), or_empty(name)) != 0)
		tell(r, what, or_empty(json_str(want, "status.$status")), or_empty(name));
}

/* Does a step id of qTest stand where {"case","n","call","m"} says? */
static int
stands(struct recon *r, int64_t step, const char *key, int64_t n)
{
	char at[KEY_MAX];
	int64_t place = 0;

	return stage_place(r, step, at, &place) && strcmp(at, key) == 0 && place == n;
}

/* A symbol {"$step": ...} of a wanted result against an id. */
static int
right(struct recon *r, const struct json *want, const char *member, int64_t id)
{
	struct json step = json_get(want, member), s = json_member(&step, "$step");
	const char *call = json_str(&s, "call");
	int ok;

	if (call != NULL)
		ok = stands(r, id, call, json_int(&s, "m", 0));
	else
		ok = stands(r, id, or_empty(json_str(&s, "case")), json_int(&s, "n", 0));
	json_free(&s);
	json_free(&step);
	return ok;
}

/* The parent of a step of a called case is the step of the case that ran (of), at
   every depth; the record names the step that calls, which may be in between. */
static int
right_parent(struct recon *r, const char *of, const struct json *want, const struct json *found)
{
	int64_t id = json_int(found, "parent_test_step_id", 0), place;
	char at[KEY_MAX];

	if (json_type(want, "parent_test_step_id") != JSON_OBJ)
		return 1;
	if (strcmp(or_empty(json_str(want, "parent_test_step_id.$step.case")), of) == 0)
		return right(r, want, "parent_test_step_id", id);
	return stage_place(r, id, at, &place) && strcmp(at, of) == 0;
}

static int
right_step(struct recon *r, const char *of, const struct json *want, const struct json *found)
{
	return right(r, want, "test_step_id", json_int(found, "test_step_id", 0)) &&
	    right_parent(r, of, want, found);
}

/* What qTest fills in for steps that nobody gave a result. */
static int
is_blank(const struct json *log)
{
	return or_empty(json_str(log, "actual_result"))[0] == '\0' &&
	    strcasecmp(or_empty(json_str(log, "status.name")), "Unexecuted") == 0;
}

static void
match_step_log(struct recon *r, int i, const struct json *want, const struct json *found)
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

/* The result found for a wanted one: on the right step, or, when the case had
   another version, at the same place.  -1: none. */
static int
pick(struct recon *r, const char *of, const struct json *want, int i, const struct json *found,
    const char *taken, int m, int old)
{
	int k;

	for (k = 0; k < m; k++)
		if (!taken[k] && right_step(r, of, want, &found[k]))
			return k;
	return old && i < m && !taken[i] ? i : -1;
}

static void
match_step_logs(struct recon *r, const char *of, const struct json *want,
    const struct json *found, int old)
{
	struct json *a, *b;
	int i, k, n = in_order(want, "test_step_logs", &a);
	int m = in_order(found, "test_step_logs", &b);
	char *taken = mem_get((size_t)m + 1), what[64], where[KEY_MAX + 32];

	for (i = 0; i < n; i++) {
		k = pick(r, of, &a[i], i, b, taken, m, old);
		if (k >= 0) {
			taken[k] = 1;
			match_step_log(r, i, &a[i], &b[k]);
		} else {
			snprintf(what, sizeof(what), "step result %d", i + 1);
			snprintf(where, sizeof(where), "a result on step %lld of %s",
			    (long long)json_int(&a[i], "test_step_id.$step.n", 0),
			    or_empty(json_str(&a[i], "test_step_id.$step.case")));
			tell(r, what, where, "");
			r->tally[STEP_LOG].compared++;
			r->tally[STEP_LOG].missing++;
		}
		json_free(&a[i]);
	}
	for (k = 0; k < m; k++) {
		if (!taken[k] && !is_blank(&b[k])) {
			snprintf(what, sizeof(what), "step result on step id %lld",
			    (long long)json_int(&b[k], "test_step_id", 0));
			tell(r, what, "", or_empty(json_str(&b[k], "status.name")));
			r->tally[STEP_LOG].unexpected++;
		}
		json_free(&b[k]);
	}
	free(taken);
	free(a);
	free(b);
}

void
match_log(struct recon *r, const struct json *want, struct found *f)
{
	struct json body = json_get(want, "body");
	const char *of = or_empty(json_str(&body, "test_case_version_id.$version"));
	int old = 0;

	same_ref(r, "run", or_empty(json_str(want, "parent.$ref")), RUN, f->parent);
	same_status(r, "status", &body, &f->doc);
	same_date(r, "exe_start_date", or_empty(json_str(&body, "exe_start_date")),
	    or_empty(json_str(&f->doc, "exe_start_date")));
	same_date(r, "exe_end_date", or_empty(json_str(&body, "exe_end_date")),
	    or_empty(json_str(&f->doc, "exe_end_date")));
	same_html(r, "note", or_empty(json_str(&body, "note")),
	    or_empty(json_str(&f->doc, "note")));
	if (*of != '\0')
		same_version(r, of, version_of(&f->doc), &old);
	match_step_logs(r, of, &body, &f->doc, old);
	json_free(&body);
	source_log(r, f);
}
