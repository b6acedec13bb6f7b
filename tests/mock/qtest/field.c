#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "qtest/user.h"

/* The calls below settings/{type}/fields. */

static void
field_value_json(const struct qvalue *v, struct buf *b)
{
	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_int(b, "value", v->id);
	json_out_str(b, "label", v->label);
	json_out_int(b, "order", v->order);
	json_out_bool(b, "is_default", v->dflt);
	json_out_bool(b, "is_active", v->active);
	json_out_close(b, '}');
}

/* Print the values that a field allows; those of a field of users are the users. */
static void
field_values_json(const struct qfield *f, struct buf *b)
{
	const struct quser *u;
	int i;

	json_out_open(b, "allowed_values", '[');
	for (i = 0; i < f->nvalue; i++)
		field_value_json(&f->value[i], b);
	for (i = 0; f->type == 5 && (u = quser_at(i)) != NULL; i++) {
		json_out_open(b, NULL, '{');
		json_out_int(b, "value", u->id);
		json_out_fmt(b, "label", "%s %s", u->first, u->last);
		json_out_int(b, "order", i + 1);
		json_out_bool(b, "is_default", 0);
		json_out_bool(b, "is_active", u->status == 1);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

/* Print a field.  alone is set for the GET of one field, which shows attribute_type
   but not the values. */
static void
field_json(const struct qfield *f, int alone, struct buf *b)
{
	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_int(b, "id", f->id);
	if (alone)
		json_out_str(b, "attribute_type", f->attr);
	json_out_str(b, "label", f->label);
	json_out_bool(b, "required", f->required);
	json_out_bool(b, "constrained", f->nvalue > 0);
	json_out_int(b, "order", f->order);
	if (!alone && (f->nvalue > 0 || f->type == 5))
		field_values_json(f, b);
	json_out_bool(b, "multiple", f->multiple);
	json_out_int(b, "data_type", f->type);
	json_out_bool(b, "searchable", 1);
	if (alone)
		json_out_bool(b, "free_text_search", 0);
	json_out_bool(b, "system_field", f->system);
	json_out_str(b, "original_name", f->label);
	json_out_bool(b, "is_active", f->active);
	json_out_close(b, '}');
}

static struct qschema *
field_schema_of(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int t = qtype_named(rq->cap[1]);

	if (p == NULL)
		return NULL;
	if (t != -1)
		return &p->schema[t];
	reply_qtest(rp, 400, "Object type is not valid: %s", rq->cap[1]);
	return NULL;
}

void
q_fields(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qschema *s = field_schema_of(m, rq, rp);
	int i, all = request_flag(rq, "includeInactive", 0);

	if (s == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (i = 0; i < s->n; i++)
		if (s->v[i].active || all)
			field_json(&s->v[i], 0, &rp->body);
	json_out_close(&rp->body, ']');
}

static int
field_type_is_known(int64_t t)
{
	return (t >= 1 && t <= 9) || t == 12 || t == 17;
}

static int
field_refuse(struct qschema *s, const struct request *rq, const struct json *j,
    struct reply *rp)
{
	const char *label = json_str(j, "label");
	int64_t type = json_int(j, "data_type", -1);

	if (label == NULL || *label == '\0' || strlen(label) > 100)
		reply_qtest(rp, 400, "label: 1 to 100 characters");
	else if (strcmp(rq->cap[1], "test-steps") == 0)
		reply_qtest(rp, 400, "fields of test-steps are made at site "
		    "level");
	else if (!field_type_is_known(type))
		reply_qtest(rp, 400, "data_type is not valid");
	else if ((type == 8 || type == 17) && !json_bool(j, "multiple", 0))
		reply_qtest(rp, 400, "multiple must be true");
	else if (qfield_label(s, label) != NULL)
		reply_qtest(rp, 400, "Field \"%s\" exists already", label);
	else
		return 0;
	return 1;
}

static void
field_read_values(struct qtest *q, struct qfield *f, const struct json *rows)
{
	struct json row;
	struct qvalue *v;
	const char *label;
	int i, n = json_len(rows, "");

	for (i = 0; i < n; i++) {
		row = json_at(rows, i);
		label = json_str(&row, "label");
		if (label != NULL) {
			v = qvalue_add(q, f, label, strlen(label));
			v->dflt = json_bool(&row, "is_default", 0);
			v->order = json_int(&row, "order", v->order);
		}
		json_free(&row);
	}
}

void
q_field_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qschema *s = field_schema_of(m, rq, rp);
	struct json j, rows;
	struct qfield *f;

	if (s == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (!field_refuse(s, rq, &j, rp)) {
		f = qfield_add(s, m->qtest->next_field++, json_str(&j, "label"),
		    (int)json_int(&j, "data_type", 1));
		f->required = json_bool(&j, "required", 0);
		f->active = json_bool(&j, "is_active", 1);
		f->multiple = json_bool(&j, "multiple", f->multiple);
		rows = json_get(&j, "allowed_values");
		if (rows.set)
			field_read_values(m->qtest, f, &rows);
		json_free(&rows);
		rq->effect = f->id;
		rp->status = 201;
		field_json(f, 0, &rp->body);
	}
	json_free(&j);
}

static struct qfield *
field_of(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct qschema *s = field_schema_of(m, rq, rp);
	struct qfield *f;
	int64_t id;

	if (s == NULL)
		return NULL;
	f = request_int(rq->cap[2], &id) ? qfield_find(s, id) : NULL;
	if (f == NULL)
		reply_qtest(rp, 404, "Field does not exist.");
	return f;
}

void
q_field_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);

	if (f != NULL)
		field_json(f, 1, &rp->body);
}

void
q_field_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qschema *s = field_schema_of(m, rq, rp);
	struct qfield *f = s == NULL ? NULL : field_of(m, rq, rp);
	int i;

	if (f == NULL)
		return;
	if (f->system) {
		reply_qtest(rp, 400, "A system field cannot be deleted");
		return;
	}
	for (i = 0; i < f->nvalue; i++)
		free(f->value[i].label);
	free(f->value);
	free(f->label);
	rq->effect = f->id;
	memmove(f, f + 1, (size_t)(s->v + s->n - (f + 1)) * sizeof(*f));
	s->n--;
	q_deleted(m, rp);
}

void
q_values(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct qpage p;
	int64_t i;

	if (f == NULL || q_page(m, rq, "pageSize", 100, 999, &p, rp) == -1)
		return;
	reply_header(rp, "X-Item-Total", "%d", f->nvalue);
	json_out_open(&rp->body, NULL, '[');
	for (i = p.from; i < f->nvalue && i < p.to; i++)
		field_value_json(&f->value[i], &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_values_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct json j;
	int i, n;

	if (f == NULL || q_array_body(rq, &j, rp) == -1)
		return;
	if (json_len(&j, "") > 100) {
		json_free(&j);
		reply_qtest(rp, 400, "want an array of at most 100 values");
		return;
	}
	n = f->nvalue;
	field_read_values(m->qtest, f, &j);
	json_free(&j);
	rp->status = 201;
	rq->effect = f->id;
	json_out_open(&rp->body, NULL, '{');
	q_empty_list(&rp->body, "links");
	json_out_int(&rp->body, "total", f->nvalue - n);
	json_out_open(&rp->body, "items", '[');
	for (i = n; i < f->nvalue; i++)
		field_value_json(&f->value[i], &rp->body);
	json_out_close(&rp->body, ']');
	json_out_close(&rp->body, '}');
}

static struct qvalue *
field_value_of(struct qfield *f, const char *text, struct reply *rp)
{
	int64_t id;
	int i;

	for (i = 0; request_int(text, &id) && i < f->nvalue; i++)
		if (f->value[i].id == id)
			return &f->value[i];
	reply_qtest(rp, 404, "Allowed value does not exist.");
	return NULL;
}

static void
field_drop_value(struct qfield *f, struct qvalue *v)
{
	free(v->label);
	memmove(v, v + 1, (size_t)(f->value + f->nvalue - (v + 1)) *
	    sizeof(*v));
	f->nvalue--;
}

void
q_value_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct qvalue *v = f == NULL ? NULL : field_value_of(f, rq->cap[3], rp);
	const struct qproject *p = v == NULL ? NULL : q_project(m, rq, rp);
	const char *label;
	struct json j;

	if (v == NULL)
		return;
	if (strcmp(rq->method, "DELETE") == 0 && strcmp(m->set->used_value, "refused") == 0 &&
	    qvalue_uses(m, p, f->id, v->id, 0) > 0) {
		reply_qtest(rp, 400, "The value is in use");
		return;
	}
	rq->effect = v->id;
	if (strcmp(rq->method, "DELETE") == 0) {
		qvalue_uses(m, p, f->id, v->id, 1);
		field_drop_value(f, v);
		q_deleted(m, rp);
		return;
	}
	if (q_body(rq, &j, rp) == -1)
		return;
	label = json_str(&j, "label");
	if (label != NULL) {
		free(v->label);
		v->label = mem_dup(label);
	}
	v->active = json_bool(&j, "is_active", v->active);
	json_free(&j);
	field_value_json(v, &rp->body);
}

static int
field_names_value(const struct json *rows, int64_t id)
{
	struct json row;
	int i, yes = 0;

	for (i = 0; i < json_len(rows, "") && !yes; i++) {
		row = json_at(rows, i);
		yes = json_int(&row, "value", 0) == id;
		json_free(&row);
	}
	return yes;
}

/* Change a field, but not its type; values that the body leaves out are deleted
   (qtest-api.md 2.10). */
void
q_field_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct json j, rows;
	const char *label;
	int i;

	if (f == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (json_int(&j, "data_type", f->type) != f->type)
		reply_qtest(rp, 400, "The type of a field cannot be changed");
	else {
		label = json_str(&j, "label");
		if (label != NULL && !f->system) {
			free(f->label);
			f->label = mem_dup(label);
		}
		f->required = json_bool(&j, "required", f->required);
		f->active = json_bool(&j, "is_active", f->active);
		rows = json_get(&j, "allowed_values");
		for (i = f->nvalue - 1; i >= 0; i--)
			if (!field_names_value(&rows, f->value[i].id))
				field_drop_value(f, &f->value[i]);
		json_free(&rows);
		rq->effect = f->id;
		field_json(f, 0, &rp->body);
	}
	json_free(&j);
}
