#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reconcile/reconcile_impl.h"

/* A test case: its words, its steps in order, its approved version. */

static void
reconcile_case_match_step(
    struct recon *r, int n, const struct json *want, const struct json *found)
{
	char what[64], key[KEY_MAX + 16] = "", at[KEY_MAX];
	const char *call = or_empty(json_str(want, "called_test_case_id.$ref"));
	int64_t id = json_int(found, "called_test_case_id", 0);
	int odd = r->odd;

	if (id > 0 && stage_key(r, CASE, id, at))
		snprintf(key, sizeof(key), "case/%s", at);
	else if (id > 0)
		snprintf(key, sizeof(key), "case %lld, not in the project", (long long)id);
	snprintf(what, sizeof(what), "step %d called case", n);
	if (strcmp(call, key) != 0)
		tell(r, what, call, key);
	if (*call == '\0') {	/* a called step shows what it calls */
		snprintf(what, sizeof(what), "step %d description", n);
		same_html(r, what, or_empty(json_str(want, "description")),
		    or_empty(json_str(found, "description")));
		snprintf(what, sizeof(what), "step %d expected", n);
		same_html(r, what, or_empty(json_str(want, "expected")),
		    or_empty(json_str(found, "expected")));
	}
	r->tally[STEP].compared++;
	r->tally[STEP].equal += r->odd == odd;
	r->tally[STEP].different += r->odd > odd;
}

static void
reconcile_case_match_steps(struct recon *r, const struct json *want, const struct json *found)
{
	struct json *a, *b;
	int i, n = in_order(want, "test_steps", &a), m = in_order(found, "test_steps", &b);
	char x[32], y[32];

	if (n != m) {
		snprintf(x, sizeof(x), "%d", n);
		snprintf(y, sizeof(y), "%d", m);
		tell(r, "number of steps", x, y);
		r->tally[STEP].missing += n > m ? n - m : 0;
		r->tally[STEP].unexpected += m > n ? m - n : 0;
	}
	for (i = 0; i < n || i < m; i++) {
		if (i < n && i < m)
			reconcile_case_match_step(r, i + 1, &a[i], &b[i]);
		if (i < n)
			json_free(&a[i]);
		if (i < m)
			json_free(&b[i]);
	}
	free(a);
	free(b);
}

void
match_case(struct recon *r, const struct json *want, struct found *f)
{
	struct json body = json_get(want, "body");
	const char *version = or_empty(json_str(&f->doc, "version")), *dot;

	same_line(r, "name", or_empty(json_str(&body, "name")), or_empty(qtest_name(&f->doc)));
	same_html(r, "description", or_empty(json_str(&body, "description")),
	    or_empty(json_str(&f->doc, "description")));
	same_html(r, "precondition", or_empty(json_str(&body, "precondition")),
	    or_empty(json_str(&f->doc, "precondition")));
	same_ref(r, "module", or_empty(json_str(&body, "parent_id.$ref")), MODULE, f->parent);
	same_props(r, "test-cases", &body, &f->doc);
	dot = strchr(version, '.');
	if (strtol(version, NULL, 10) < 1 ||
	    (dot != NULL && strspn(dot + 1, "0") != strlen(dot + 1)))
		tell(r, "version", "an approved one", version);
	reconcile_case_match_steps(r, &body, &f->doc);
	json_free(&body);
	source_case(r, f);
}
