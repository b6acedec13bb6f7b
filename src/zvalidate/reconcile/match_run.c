#include <stdlib.h>
#include <string.h>

#include "reconcile/match_run.h"
#include "reconcile/result.h"
#include "reconcile/source_row.h"

/* Return the id at one of two places of an object, 0 if there is none. */
static int64_t
match_run_id(const struct json *doc, const char *place, const char *other)
{
	int64_t id = json_int(doc, place, 0);

	return id > 0 ? id : json_int(doc, other, 0);
}

/*
 * Check that a run or log ran the last approved version of the case with this marker,
 * or an older one.  Return 1 for an older one: its steps are not in the stage.
 */
static int
match_run_version(struct compare *c, const char *key, const struct json *doc)
{
	int64_t id = match_run_id(doc, "test_case_version_id",
	    "test_case.test_case_version_id"), now;
	struct found f;
	char ids[64];
	int older = 0;

	if (stage_find(c->stage, CASE, key, &f, ids, sizeof(ids)) > 0) {
		now = json_int(&f.doc, "test_case_version_id", 0);
		older = id != now &&
		    strtol(value_text(&f.doc, "version"), NULL, 10) > 1;
		if (id != now && (!older || id > now || id <= 0))
			object_number_differs(&c->o, "test case version", now, id > 0 ? id : -1);
	}
	stage_found_free(&f);
	return older;
}

void
match_run(struct compare *c, const struct json *body, struct found *f)
{
	const char *of = value_text(body, "test_case.id.$ref");

	compare_name(&c->o, body, &f->doc);
	compare_ref(c, "parent", c->parent,
	    f->pkind == SUITE ? SUITE : CYCLE, f->parent);
	compare_ref(c, "test case", of, CASE,
	    match_run_id(&f->doc, "test_case.id", "testCaseId"));
	if (strncmp(of, "case/", 5) == 0)
		match_run_version(c, of + 5, &f->doc);
	compare_properties(c, "test-runs", body, &f->doc);
}

void
match_log(struct compare *c, const struct json *body, struct found *f)
{
	const char *of = value_text(body, "test_case_version_id.$version");

	compare_ref(c, "run", c->parent, RUN, f->parent);
	compare_status(c, "status", body, &f->doc);
	compare_date_member(&c->o, "exe_start_date", body, &f->doc);
	compare_date_member(&c->o, "exe_end_date", body, &f->doc);
	result_match(c, of, body, f, *of != '\0' && match_run_version(c, of, &f->doc));
	source_row_log(c, f);
}
