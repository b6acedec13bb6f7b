#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/match_case.h"
#include "reconcile/source.h"

static void
match_case_step(struct compare *c, int n, const struct json *want, const struct json *found)
{
	char key[KEY_MAX + 16] = "", at[KEY_MAX];
	const char *call = value_text(want, "called_test_case_id.$ref");
	int64_t id = json_int(found, "called_test_case_id", 0);
	struct object *o = &c->o;
	int before = o->differences;

	snprintf(o->part, sizeof(o->part), "step %d ", n);
	if (id > 0 && stage_key(c->stage, CASE, id, at))
		snprintf(key, sizeof(key), "case/%s", at);
	else if (id > 0)
		snprintf(key, sizeof(key), "case %lld, not in the project", (long long)id);
	if (strcmp(call, key) != 0)
		object_differs(o, "called case", call, key);
	if (*call == '\0') {	/* a step that calls shows the steps of the called case */
		compare_member(o, "description", want, found);
		compare_member(o, "expected", want, found);
	}
	o->part[0] = '\0';
	differences_tally(o->to, STEP, o->differences > before);
}

static void
match_case_steps(struct compare *c, const struct json *want, const struct json *found)
{
	struct json *a, *b;
	struct tally *y = &c->o.to->tally[STEP];
	int i, n = value_list(want, "test_steps", &a), m = value_list(found, "test_steps", &b);

	if (n != m) {
		object_number_differs(&c->o, "number of steps", n, m);
		y->missing += n > m ? n - m : 0;
		y->unexpected += m > n ? m - n : 0;
	}
	for (i = 0; i < n && i < m; i++)
		match_case_step(c, i + 1, &a[i], &b[i]);
	value_list_free(a, n);
	value_list_free(b, m);
}

void
match_case(struct compare *c, const struct json *body, struct found *f)
{
	const char *version = value_text(&f->doc, "version"), *dot;

	compare_name(&c->o, body, &f->doc);
	compare_member(&c->o, "description", body, &f->doc);
	compare_member(&c->o, "precondition", body, &f->doc);
	compare_ref(c, "module", value_text(body, "parent_id.$ref"), MODULE, f->parent);
	compare_properties(c, "test-cases", body, &f->doc);
	dot = strchr(version, '.');
	if (strtol(version, NULL, 10) < 1 ||
	    (dot != NULL && strspn(dot + 1, "0") != strlen(dot + 1)))
		object_differs(&c->o, "version", "an approved one", version);
	match_case_steps(c, body, &f->doc);
	source_case(c, f);
}
