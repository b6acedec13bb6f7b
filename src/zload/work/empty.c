#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "work/empty.h"
#include "work/task.h"

/*
 * A PUT keeps every member and field that its body omits.  Those that zload wrote earlier
 * and that the effect no longer has are therefore emptied; those that zload never wrote stay.
 */

/* Members of the object itself.  Only null can empty them. */
static const char *const members[] = { "start_date", "end_date", "target_release_id",
    "target_build_id", NULL };

/* True if the list of properties has a value for field id.  *there: the list names the field. */
static int
empty_has_value(const struct json *list, int64_t id, int *there)
{
	struct json one = { 0 };
	const char *s;
	int i = 0, full = 0;

	*there = 0;
	while (!*there && json_each(list, &i, &one)) {
		s = json_str(&one, "field_value");
		*there = json_int(&one, "field_id", 0) == id;
		full = *there && s != NULL && *s != '\0' && strcmp(s, "[]") != 0;
	}
	json_free(&one);
	return full;
}

/* Return the value that empties a field (qtest-api.md 5.4), NULL when none does. */
static const char *
empty_nothing_for(const struct task *t, int64_t id)
{
	const struct field *f = fields_by_id(t->session->fields, t->kind->artifact, id);

	if (f == NULL || f->system)
		return NULL;
	if (f->multiple || f->type == FIELD_MULTI || f->type == FIELD_CHECK)
		return "[]";
	return f->type == FIELD_COMBO ? NULL : "";
}

/* Add the values that empty fields of the body last sent.  Return 1 when the body changed. */
static int
empty_properties(struct task *t, const struct json *sent)
{
	struct json was = json_member(sent, "properties"), one = { 0 }, empty;
	struct json list = json_member(&t->body, "properties");
	struct json have = json_member(&t->doc, "properties");
	int i = 0, there, added = 0;
	const char *none;
	int64_t id;

	while (json_each(&was, &i, &one)) {
		id = json_int(&one, "field_id", 0);
		if (empty_has_value(&list, id, &there) || there ||
		    !empty_has_value(&have, id, &there) ||
		    (none = empty_nothing_for(t, id)) == NULL)
			continue;
		empty = json_object();
		json_set_int(&empty, "field_id", id);
		json_set_str(&empty, "field_value", none);
		json_push(&list, empty);
		added = 1;
	}
	if (added)
		json_set(&t->body, "properties", list);
	else
		json_free(&list);
	json_free(&was);
	json_free(&have);
	return added;
}

/* True if the object has a value in the member name. */
static int
empty_holds(const struct json *doc, const char *name)
{
	enum json_type type = json_type(doc, name);
	const char *s = json_str(doc, name);

	return type == JSON_NUM ? json_int(doc, name, 0) != 0 : s != NULL && *s != '\0';
}

/* Add null for members of the body last sent.  Return 1 when the body changed. */
static int
empty_members(struct task *t, const struct json *sent)
{
	const char *const *m;
	int added = 0;

	for (m = members; *m != NULL; m++)
		if (json_type(sent, *m) != JSON_NONE && json_type(&t->body, *m) == JSON_NONE &&
		    empty_holds(&t->doc, *m)) {
			json_set(&t->body, *m, json_null());
			added = 1;
		}
	return added;
}

void
empty_unwanted(struct task *t, const struct json *sent)
{
	int added = t->kind->artifact != NULL && json_type(&t->body, "properties") == JSON_ARR &&
	    empty_properties(t, sent);

	if (empty_members(t, sent)) {
		t->emptying = EMPTYING_SENT;
		added = 1;
	}
	if (added)
		task_text_update(t);
}

int
empty_refused(struct task *t)
{
	const char *const *m;

	if (t->emptying != EMPTYING_SENT || t->status != 400)
		return 0;
	for (m = members; *m != NULL; m++)
		if (json_type(&t->body, *m) == JSON_NULL)
			json_del(&t->body, *m);
	t->emptying = EMPTYING_REFUSED;
	buf_reset(&t->request);
	task_text_update(t);
	return 1;
}

int
empty_left(const struct task *t)
{
	const char *const *m;
	int left = t->emptying == EMPTYING_REFUSED;

	for (m = members; *m != NULL && t->emptying == EMPTYING_SENT; m++)
		left |= json_type(&t->body, *m) == JSON_NULL && empty_holds(&t->doc, *m);
	return left;
}
