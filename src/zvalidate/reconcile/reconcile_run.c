#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "reconcile/reconcile_impl.h"

/* Runs and logs. */

static int64_t
run_case(const struct json *doc)
{
	int64_t id = json_int(doc, "test_case.id", 0);

	return id > 0 ? id : json_int(doc, "testCaseId", 0);
}

static int64_t
reconcile_run_version_of(const struct json *doc)
{
	int64_t id = json_int(doc, "test_case_version_id", 0);

	return id > 0 ? id : json_int(doc, "test_case.test_case_version_id", 0);
}

/*
 * The version that ran is the case's, or an older one when the case has been
 * approved again since.  *old: its steps are not those that were read.
 */
static void
reconcile_run_same_version(struct recon *r, const char *key, int64_t id, int *old)
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
		reconcile_run_same_version(r, of + 5, reconcile_run_version_of(&f->doc), &old);
	same_props(r, "test-runs", &body, &f->doc);
	json_free(&body);
}

void
match_log(struct recon *r, const struct json *want, struct found *f)
{
	struct json body = json_get(want, "body");
	const char *of = or_empty(json_str(&body, "test_case_version_id.$version"));
	int old = 0, noted;

	same_ref(r, "run", or_empty(json_str(want, "parent.$ref")), RUN, f->parent);
	same_status(r, "status", &body, &f->doc);
	same_date(r, "exe_start_date", or_empty(json_str(&body, "exe_start_date")),
	    or_empty(json_str(&f->doc, "exe_start_date")));
	same_date(r, "exe_end_date", or_empty(json_str(&body, "exe_end_date")),
	    or_empty(json_str(&f->doc, "exe_end_date")));
	if (*of != '\0')
		reconcile_run_same_version(r, of, reconcile_run_version_of(&f->doc), &old);
	noted = match_results(r, of, &body, f, old);
	same_note(r, or_empty(json_str(&body, "note")), or_empty(json_str(&f->doc, "note")),
	    noted);
	json_free(&body);
	source_log(r, f);
}
