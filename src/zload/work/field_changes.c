#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/same.h"
#include "io/json/json_out.h"
#include "session.h"
#include "work/field_changes.h"
#include "work/kind.h"
#include "work/task.h"

struct changes {
	const struct task *task;
	struct buf	*out;
};

/* The values of one place: of the body, of the object in qTest, of the body sent last. */
struct change {
	struct json	 after, before, last;
};

static void	 changes_walk(struct changes *, const char *path, const struct change *);

static void
change_free(struct change *v)
{
	json_free(&v->after);
	json_free(&v->before);
	json_free(&v->last);
}

static void
change_value_put(struct buf *out, const char *name, const struct json *v)
{
	json_out_name(out, name);
	if (v->set)
		json_dump(v, out);
	else
		buf_puts(out, "null");
}

/* Append a change of the field path. */
static void
change_put(struct changes *c, const char *path, const struct change *v)
{
	json_out_open(c->out, NULL, '{');
	change_value_put(c->out, "after", &v->after);
	change_value_put(c->out, "before", &v->before);
	json_out_str(c->out, "field", path);
	if (v->last.set && !json_equal(&v->last, &v->before) &&
	    !same_content(&v->last, &v->before))
		change_value_put(c->out, "last", &v->last);
	json_out_close(c->out, '}');
}

/* Return the property of field id in a list; unset if the list lacks the field. */
static struct json
change_property(const struct json *list, int64_t id)
{
	struct json one = { 0 };
	int i = 0;

	while (json_each(list, &i, &one))
		if (json_int(&one, "field_id", 0) == id)
			return one;
	return one;
}

/* Return the value of a property as users see it: the labels of its ids. */
static struct json
change_label(const struct field *f, const struct json *property)
{
	const char *s = json_str(property, "field_value"), *p, *label;
	struct buf b = { 0 };
	struct json out;
	char *end;
	int64_t id;

	if (s == NULL || *s == '\0' || strcmp(s, "[]") == 0)
		return json_null();
	if (json_str(property, "field_value_name") != NULL)
		return json_string(json_str(property, "field_value_name"));
	for (p = s; f != NULL && json_len(&f->values, "") > 0 && *p != '\0'; p++) {
		if ((id = strtoll(p, &end, 10)) == 0 && end == p)
			continue;
		p = end - 1;
		if ((label = field_label(f, id)) == NULL)
			break;
		buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", label);
	}
	out = json_string(b.len > 0 ? buf_str(&b) : s);
	buf_free(&b);
	return out;
}

/* Append the fields whose properties in the body differ from those of the object. */
static void
change_properties(struct changes *c, const struct change *v)
{
	const struct task *t = c->task;
	struct change raw = { 0 }, shown;
	const struct field *f;
	struct json list;
	char number[24];
	int64_t id;
	int i = 0, same;

	while (json_each(&v->after, &i, &raw.after)) {
		list = json_array();
		json_push(&list, json_copy(&raw.after));
		same = same_content(&list, &v->before);
		json_free(&list);
		if (same)
			continue;
		id = json_int(&raw.after, "field_id", 0);
		f = t->kind->artifact == NULL ? NULL :
		    fields_by_id(t->session->fields, t->kind->artifact, id);
		raw.before = change_property(&v->before, id);
		raw.last = change_property(&v->last, id);
		shown = (struct change){ .after = change_label(f, &raw.after),
		    .before = change_label(f, &raw.before) };
		if (raw.last.set)
			shown.last = change_label(f, &raw.last);
		snprintf(number, sizeof(number), "field %lld", (long long)id);
		change_put(c, f != NULL ? f->label : number, &shown);
		change_free(&shown);
		json_free(&raw.before);
		json_free(&raw.last);
	}
}

/* Append the change of an execution status, by its names. */
static void
change_status(struct changes *c, const char *path, const struct change *v)
{
	const struct fields *f = c->task->session->fields;
	struct change shown = {
	    .after = json_string(fields_status_name(f, json_int(&v->after, "id", 0))),
	    .before = json_string(fields_status_name(f, json_int(&v->before, "id", 0))) };

	if (v->last.set)
		shown.last = json_string(fields_status_name(f, json_int(&v->last, "id", 0)));
	change_put(c, path, &shown);
	change_free(&shown);
}

static void
change_members(struct changes *c, const char *path, const struct change *v)
{
	struct change one;
	struct json_iter it;
	const char *name;
	char *sub;

	json_iter(&it, &v->after);
	while (json_next(&it, &v->after, &name, &one.after)) {
		one.before = json_member(&v->before, name);
		one.last = json_member(&v->last, name);
		sub = *path != '\0' ? mem_fmt("%s.%s", path, name) : mem_dup(name);
		if (strcmp(name, "properties") == 0)
			change_properties(c, &one);
		else if (strcmp(name, "order") != 0 && strcmp(name, "attachments") != 0)
			changes_walk(c, sub, &one);
		free(sub);
		change_free(&one);
	}
}

static void
change_elements(struct changes *c, const char *path, const struct change *v)
{
	struct change one;
	char *sub;
	int i;

	for (i = 0; i < json_len(&v->after, ""); i++) {
		one = (struct change){ .after = json_at(&v->after, i),
		    .before = json_at(&v->before, i), .last = json_at(&v->last, i) };
		sub = mem_fmt("%s[%d]", path, i + 1);
		changes_walk(c, sub, &one);
		free(sub);
		change_free(&one);
	}
}

/* Append the differences inside the values at path, or the values if one of them has no such
   parts. */
static void
changes_walk(struct changes *c, const char *path, const struct change *v)
{
	enum json_type type = json_type(&v->after, "");
	int alike = type == json_type(&v->before, "");

	if (same_content(&v->after, &v->before))
		return;
	if (type == JSON_OBJ && alike && strcmp(path, "status") == 0)
		change_status(c, path, v);
	else if (type == JSON_OBJ && alike)
		change_members(c, path, v);
	else if (type == JSON_ARR && alike &&
	    json_len(&v->after, "") == json_len(&v->before, ""))
		change_elements(c, path, v);
	else
		change_put(c, path, v);
}

void
field_changes(const struct task *t, const struct json *last, struct buf *out)
{
	struct changes c = { t, out };
	struct change v = { .after = json_copy(&t->body), .before = json_copy(&t->doc),
	    .last = json_copy(last) };

	json_out_open(out, NULL, '[');
	changes_walk(&c, "", &v);
	json_out_close(out, ']');
	change_free(&v);
}
