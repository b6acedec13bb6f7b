#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "plan/plan_effect.h"
#include "plan/plan_needs.h"
#include "work/kind.h"
#include "work/task.h"

/* Add the field with this label of an artifact, unless qTest has it. */
static void
plan_needs_field_add(struct json *needs, const struct fields *fields, const char *artifact,
    const char *label)
{
	char *key;

	if (label == NULL || fields_find_any(fields, artifact, label) != NULL)
		return;
	key = mem_fmt("field/%s/%s", artifact, label);
	json_push(needs, json_string(key));
	free(key);
}

/* Add the fields of the properties of a body. */
static void
plan_needs_fields_add(struct json *needs, const struct plan_effect *p)
{
	const struct task *t = p->task;
	struct json body = { 0 }, list, one = { 0 };
	int i = 0;

	if (t->kind == NULL || t->kind->artifact == NULL ||
	    json_parse(&body, p->body, strlen(p->body), NULL, NULL) == -1)
		return;
	list = json_get(&body, "body.properties");
	while (json_each(&list, &i, &one))
		plan_needs_field_add(needs, t->session->fields, t->kind->artifact,
		    json_str(&one, "$field"));
	json_free(&list);
	json_free(&body);
}

struct json
plan_needs(const struct plan_effect *p, int with_fields)
{
	const char *text = p->task->e.needs;
	struct json needs = { 0 };

	if (text == NULL || json_parse(&needs, text, strlen(text), NULL, NULL) == -1)
		needs = json_array();
	if (with_fields)
		plan_needs_fields_add(&needs, p);
	return needs;
}
