#include <stdio.h>
#include <string.h>

#include "session.h"
#include "cache/id_cache.h"
#include "input/input.h"
#include "work/resolve.h"
#include "work/task.h"
#include "work/work.h"

/*
 * Symbols (ztoq-stream(5)) are {"$ref"}, {"$version"}, {"$status"}, and properties by label;
 * step_results.c resolves {"$step"}.  Each function returns 1, 0 when it blocked or ended the
 * task, or -1.
 */

static int	 resolve_walk(struct task *, const struct json *, struct json *, struct err *);

/* Find the ids of the effect that a task needs. */
static int
resolve_other(struct task *t, const char *kind, const char *ekey, struct known_id *k, struct err *e)
{
	char why[300] = "";
	int rc = id_cache_find(t->work->ids, kind, ekey, k, why, sizeof(why), e);

	if (rc == -1)
		return -1;
	if (rc == ID_DONE)
		return 1;
	if (rc == ID_BROKEN)
		task_end(t, OUT_SKIPPED, "needs %s", why);
	else if (rc == ID_ABSENT && !t->work->input->is_open)
		task_end(t, OUT_SKIPPED, "needs %s/%s, which does not exist in qTest", kind, ekey);
	else
		task_block(t, kind, ekey);
	return 0;
}

int
resolve_need(struct task *t, const char *text, struct known_id *k, char kind[32], struct err *e)
{
	const char *slash = strchr(text, '/');

	if (slash == NULL || slash - text >= 32) {
		task_end(t, OUT_SKIPPED, "needs %s, which is not an effect", text);
		return 0;
	}
	snprintf(kind, 32, "%.*s", (int)(slash - text), text);
	return resolve_other(t, kind, slash + 1, k, e);
}

static int
resolve_status(struct task *t, const char *name, struct json *out)
{
	int64_t id;

	if (!fields_status(t->session->fields, name, &id)) {
		task_end(t, OUT_FAILED, "qTest has no execution status %s; use another in the map "
		    "or add it in qTest", name);
		return 0;
	}
	*out = json_object();
	json_set_int(out, "id", id);
	return 1;
}

/* In a plan, put the key of an effect that is not in qTest yet (rc 0) in place of its id.
   1, or rc. */
static int
resolve_planned(struct task *t, const char *key, int rc, struct json *out)
{
	if (rc != 0 || !t->session->planning)
		return rc;
	t->state = TASK_NEW;
	t->out = OUT_NONE;
	*out = json_string(key);
	return 1;
}

/* Resolve an object that is a symbol.  2: it is not a symbol. */
static int
resolve_symbol(struct task *t, const struct json *v, struct json *out, struct err *e)
{
	struct known_id k;
	const char *s;
	char kind[32];
	int rc;

	if ((s = json_str(v, "$ref")) != NULL) {
		if ((rc = resolve_need(t, s, &k, kind, e)) == 1)
			*out = json_number((double)k.id);
		return resolve_planned(t, s, rc, out);
	}
	if ((s = json_str(v, "$version")) != NULL) {
		if ((rc = resolve_other(t, "approve", s, &k, e)) == 1)
			*out = json_number((double)k.version);
		return resolve_planned(t, s, rc, out);
	}
	if ((s = json_str(v, "$status")) != NULL)
		return resolve_status(t, s, out);
	return 2;
}

/* Add the id of a value with this label to ids. */
static int
resolve_label(struct task *t, const struct field *f, const char *s, struct buf *ids)
{
	int64_t id;

	if (s == NULL || !field_value(f, s, &id)) {
		task_end(t, OUT_FAILED, "field %s of %s has no value %s; add it in qTest or map it "
		    "to another value", f->label, f->artifact,
		    s != NULL ? s : "(none)");
		return 0;
	}
	buf_printf(ids, "%s%lld", ids->len > 0 ? "," : "", (long long)id);
	return 1;
}

/* Add the ids of the values that a property names by "label" or "labels". */
static int
resolve_labels(struct task *t, const struct field *f, const struct json *p, struct buf *ids)
{
	struct json list = json_member(p, "labels"), one = { 0 };
	int i = 0, rc = 1;

	if (!list.set)
		rc = resolve_label(t, f, json_str(p, "label"), ids);
	while (rc == 1 && json_each(&list, &i, &one))
		rc = resolve_label(t, f, json_str(&one, ""), ids);
	json_free(&one);
	json_free(&list);
	return rc;
}

/* Add the id of a user.  The property of an unknown user is omitted, and the task gets a
   finding (.why). */
static void
resolve_user(struct task *t, const struct field *f, const char *login, struct buf *ids)
{
	int64_t id;

	if (fields_user(t->session->fields, login, &id))
		buf_int(ids, id);
	else
		snprintf(t->why, sizeof(t->why), "%s: qTest has no active user %s; the field stays "
		    "empty", f->label, login);
}

static void
resolve_value_text(const struct json *p, struct buf *out)
{
	struct json v = json_member(p, "value");
	size_t n;
	const char *s = json_strn(&v, "", &n);

	if (s != NULL)
		buf_add(out, s, n);
	else if (v.set && json_type(&v, "") != JSON_NULL)
		json_dump(&v, out);
	json_free(&v);
}

/* Write field_value of a property (qtest-api.md 5.4): ids, in brackets if the field takes
   several, or a text. */
static int
resolve_field_text(struct task *t, const struct field *f, const struct json *p, struct buf *out)
{
	struct buf ids = { 0 };
	int rc = 1, many = f->multiple || f->type == FIELD_CHECK ||
	    f->type == FIELD_MULTI;

	if (json_str(p, "user") != NULL)
		resolve_user(t, f, json_str(p, "user"), &ids);
	else if (json_type(p, "label") != JSON_NONE ||
	    json_type(p, "labels") != JSON_NONE)
		rc = resolve_labels(t, f, p, &ids);
	else {
		resolve_value_text(p, out);
		return 1;
	}
	if (rc == 1 && ids.len > 0)
		buf_printf(out, many ? "[%s]" : "%s", buf_str(&ids));
	buf_free(&ids);
	return rc;
}

/* Add a property, which names its field by label, to the list. */
static int
resolve_property(struct task *t, const struct json *p, struct json *list)
{
	const char *name = json_str(p, "$field"), *artifact = t->kind->artifact;
	const struct field *f;
	struct buf text = { 0 };
	struct json one;
	int rc;

	if (artifact == NULL)
		return 1;
	f = fields_find(t->session->fields, artifact, name);
	if (f == NULL && t->session->planning)	/* the load creates it first */
		return 1;
	if (f == NULL) {
		task_end(t, OUT_FAILED, "qTest has no field %s for %s; create it in qTest or "
		    "remove it from the map", name, artifact);
		return 0;
	}
	rc = resolve_field_text(t, f, p, &text);
	if (rc == 1 && text.len > 0) {
		one = json_object();
		json_set_int(&one, "field_id", f->id);
		json_set(&one, "field_value", json_stringn(text.s, text.len));
		json_push(list, one);
	}
	buf_free(&text);
	return rc;
}

static int
resolve_walk_array(struct task *t, const struct json *in, struct json *out, struct err *e)
{
	struct json one = { 0 }, to;
	int i = 0, rc = 1;

	*out = json_array();
	while (rc == 1 && json_each(in, &i, &one)) {
		if (json_str(&one, "$field") != NULL)
			rc = resolve_property(t, &one, out);
		else if ((rc = resolve_walk(t, &one, &to, e)) == 1)
			json_push(out, to);
	}
	json_free(&one);
	return rc;
}

static int
resolve_walk_object(struct task *t, const struct json *in, struct json *out, struct err *e)
{
	struct json_iter it;
	struct json one, to;
	const char *name;
	int rc = resolve_symbol(t, in, out, e);

	if (rc != 2)
		return rc;
	rc = 1;
	*out = json_object();
	json_iter(&it, in);
	while (json_next(&it, in, &name, &one)) {
		if (rc == 1 && (rc = resolve_walk(t, &one, &to, e)) == 1)
			json_set(out, name, to);
		json_free(&one);
	}
	return rc;
}

static int
resolve_walk(struct task *t, const struct json *in, struct json *out, struct err *e)
{
	int rc;

	memset(out, 0, sizeof(*out));
	switch (json_type(in, "")) {
	case JSON_OBJ:
		rc = resolve_walk_object(t, in, out, e);
		break;
	case JSON_ARR:
		rc = resolve_walk_array(t, in, out, e);
		break;
	default:
		*out = json_copy(in);
		return 1;
	}
	if (rc != 1)
		json_free(out);
	return rc;
}

int
resolve(struct task *t, const struct json *body, struct json *out, struct err *e)
{
	t->why[0] = '\0';
	return resolve_walk(t, body, out, e);
}

int
resolve_parent(struct task *t, const struct json *parent, int64_t *id, char kind[32], struct err *e)
{
	const char *s = json_str(parent, "$ref");
	struct known_id k;
	int rc;

	*id = 0;
	kind[0] = '\0';
	if (s == NULL)
		return 1;
	if ((rc = resolve_need(t, s, &k, kind, e)) == 1)
		*id = k.id;
	return rc;
}
