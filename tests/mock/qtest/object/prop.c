#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "qtest/user.h"

const char *
qprop_value(const struct qobj *o, int64_t field)
{
	int i;

	for (i = 0; i < o->nprop; i++)
		if (o->prop[i].field == field)
			return o->prop[i].value;
	return NULL;
}

struct qprop *
qprop_set(struct qobj *o, int64_t field, const char *value)
{
	int i;

	for (i = 0; i < o->nprop && o->prop[i].field != field; i++)
		;
	if (i == o->nprop) {
		o->prop = mem_grow(o->prop, (size_t)i + 1, sizeof(*o->prop));
		o->prop[i].field = field;
		o->prop[i].value = NULL;
		o->nprop++;
	}
	free(o->prop[i].value);
	o->prop[i].value = mem_dup(value);
	o->prop[i].inherited = 0;
	return &o->prop[i];
}

static int
prop_is_allowed(const struct qfield *f, const char *s)
{
	const struct qvalue *v;
	const struct quser *u;
	int64_t id;

	if (f->type == 5) {
		u = request_int(s, &id) ? quser_find(id) : NULL;
		return u != NULL && u->status == 1;
	}
	if (!request_int(s, &id))
		return 0;
	v = qvalue_find(f, id);
	return v != NULL && v->active;
}

/* Return whether a text is a list of allowed values like "[1,2]"; one value has
   brackets, too (qtest-api.md 5.4). */
static int
prop_list_fits(const struct qfield *f, const char *s)
{
	char *copy, *save, *w;
	size_t len = strlen(s);
	int good = 1;

	if (len < 2 || s[0] != '[' || s[len - 1] != ']')
		return 0;
	copy = mem_dupn(s + 1, len - 2);
	for (w = strtok_r(copy, ", ", &save); w != NULL && good;
	    w = strtok_r(NULL, ", ", &save))
		good = prop_is_allowed(f, w);
	free(copy);
	return good;
}

static int
prop_fits(const struct qfield *f, const char *s)
{
	int64_t ms;
	char *end;

	switch (f->type) {
	case 3: case 13:
		return prop_is_allowed(f, s);
	case 5:
		if (!f->multiple)
			return *s == '\0' || prop_is_allowed(f, s);
		/* FALLTHROUGH */
	case 8: case 17:
		return prop_list_fits(f, s);
	case 4: case 9:
		return *s == '\0' || time_parse(s, &ms) == 0;
	case 7:
		strtod(s, &end);
		return *end == '\0';
	default:
		return 1;
	}
}

static int
prop_read_one(struct qschema *s, const struct json *row, struct qobj *o,
    struct reply *rp)
{
	const char *value = json_str(row, "field_value");
	struct qfield *f;

	if (json_type(row, "field_id") != JSON_NUM) {
		reply_qtest(rp, 400, "properties: field_id is required");
		return -1;
	}
	f = qfield_find(s, json_int(row, "field_id", 0));
	if (f == NULL || !f->active || f->read_only) {
		reply_qtest(rp, 400, "Field %ld does not exist or cannot be "
		    "written", (long)json_int(row, "field_id", 0));
		return -1;
	}
	if (value == NULL || !prop_fits(f, value)) {
		reply_qtest(rp, 400, "Value of field \"%s\" is not valid",
		    f->label);
		return -1;
	}
	qprop_set(o, f->id, value);
	return 0;
}

static void
prop_put_defaults(struct qschema *s, struct qobj *o)
{
	struct buf b = { 0 };
	int i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->v[i].nvalue; k++) {
			if (!s->v[i].value[k].dflt || !s->v[i].system)
				continue;
			buf_reset(&b);
			buf_int(&b, s->v[i].value[k].id);
			qprop_set(o, s->v[i].id, buf_str(&b));
		}
	buf_free(&b);
}

static int
prop_require_all(const struct qschema *s, const struct qobj *o, struct reply *rp)
{
	const char *v;
	int i;

	for (i = 0; i < s->n; i++) {
		if (!s->v[i].required || !s->v[i].active)
			continue;
		v = qprop_value(o, s->v[i].id);
		if (v == NULL || *v == '\0') {
			reply_qtest(rp, 400, "Field \"%s\" is required",
			    s->v[i].label);
			return -1;
		}
	}
	return 0;
}

/* Return -1 and reply 400 if a planned start is after the planned end. */
static int
prop_planned_fits(struct qschema *s, const struct qobj *o, struct reply *rp)
{
	const struct qfield *a = qfield_label(s, "Planned Start Date");
	const struct qfield *b = qfield_label(s, "Planned End Date");
	const char *from = a == NULL ? NULL : qprop_value(o, a->id);
	const char *to = b == NULL ? NULL : qprop_value(o, b->id);
	int64_t x, y;

	if (from == NULL || to == NULL || time_parse(from, &x) == -1 ||
	    time_parse(to, &y) == -1 || x <= y)
		return 0;
	reply_qtest(rp, 400, "Planned start date must be before planned end "
	    "date");
	return -1;
}

int
qprop_take(struct mock *m, struct qproject *p, enum qtype type,
    const struct json *body, struct qobj *o, int create, struct reply *rp)
{
	struct qschema *s = &p->schema[type];
	struct json rows = json_get(body, "properties"), row;
	int i, n, rc = 0;

	if (create)
		prop_put_defaults(s, o);
	if (rows.set && json_type(&rows, "") != JSON_ARR &&
	    json_type(&rows, "") != JSON_NULL) {
		reply_qtest(rp, 400, "properties: must be an array");
		rc = -1;
	}
	n = rows.set ? json_len(&rows, "") : 0;
	for (i = 0; i < n && rc == 0; i++) {
		row = json_at(&rows, i);
		rc = prop_read_one(s, &row, o, rp);
		json_free(&row);
	}
	json_free(&rows);
	if (rc == 0 && (o->kind != QK_RUN || strcmp(m->set->require_at, "run") == 0))
		rc = prop_require_all(s, o, rp);
	return rc == -1 ? -1 : prop_planned_fits(s, o, rp);
}

static void
prop_label_of(const struct qfield *f, const char *id, struct buf *b)
{
	const struct qvalue *v;
	const struct quser *u;
	int64_t n;

	if (!request_int(id, &n))
		return;
	if (b->len > 0)
		buf_puts(b, ", ");
	if (f->type == 5) {
		u = quser_find(n);
		buf_puts(b, u == NULL ? "?" : u->login);
		return;
	}
	v = qvalue_find(f, n);
	buf_puts(b, v == NULL ? "?" : v->label);
}

void
qprop_label(const struct qproject *p, enum qtype type, const struct qprop *pr,
    struct buf *b)
{
	const struct qfield *f = NULL;
	char *copy, *save, *w;
	int i;

	for (i = 0; i < p->schema[type].n; i++)
		if (p->schema[type].v[i].id == pr->field)
			f = &p->schema[type].v[i];
	if (f == NULL || (f->nvalue == 0 && f->type != 5)) {
		buf_puts(b, pr->value);
		return;
	}
	copy = mem_dup(pr->value);
	for (w = strtok_r(copy, "[], ", &save); w != NULL;
	    w = strtok_r(NULL, "[], ", &save))
		prop_label_of(f, w, b);
	free(copy);
}

/*
 * Return the value of a field, or NULL if it was never set.  Some fields show other
 * members: the texts of a case, its version, the status of a run's last log.  The
 * result may be in b.
 */
static const char *
prop_value_shown(const struct qfield *f, const struct qobj *o, struct buf *b)
{
	const struct qversion *v;

	buf_reset(b);
	if (o->kind == QK_CASE && f->id == QF_DESCRIPTION)
		return o->desc;
	if (o->kind == QK_CASE && f->id == QF_PRECONDITION)
		return o->pre;
	if (o->kind == QK_CASE && f->id == QF_VERSION && o->tc.nver > 0) {
		v = qcase_current(o);
		buf_printf(b, "%ld.%ld", (long)v->major, (long)v->minor);
		return buf_str(b);
	}
	if (f->id == QF_OUTCOME && (o->kind == QK_LOG || o->last != NULL)) {
		buf_int(b, (o->kind == QK_LOG ? o : o->last)->log.status);
		return buf_str(b);
	}
	return qprop_value(o, f->id);
}

static int
prop_is_choice(const struct qfield *f)
{
	return f->nvalue > 0 || f->type == 5;
}

static void
prop_value_print(const struct mock *m, const struct qproject *p, enum qtype type,
    const struct qfield *f, const char *value, struct buf *b)
{
	const struct qprop pr = { .field = f->id,
	    .value = (char *)(uintptr_t)value };
	struct buf label = { 0 };

	if (f->type == 5 && !f->multiple && *value != '\0' &&
	    m->set->user_brackets)
		json_out_fmt(b, "field_value", "[%s]", value);
	else
		json_out_str(b, "field_value", value);
	if (prop_is_choice(f) && *value != '\0') {
		qprop_label(p, type, &pr, &label);
		json_out_fmt(b, "field_value_name", f->multiple ? "[%s]" : "%s",
		    buf_str(&label));
	}
	buf_free(&label);
}

void
qprop_print(const struct mock *m, const struct qproject *p, enum qtype type,
    const struct qobj *o, struct buf *b)
{
	const struct qschema *s = &p->schema[type];
	struct buf made = { 0 };
	const char *value;
	int i;

	json_out_open(b, "properties", '[');
	for (i = 0; i < s->n; i++) {
		value = prop_value_shown(&s->v[i], o, &made);
		if (value == NULL && (!s->v[i].active || m->set->set_only))
			continue;
		json_out_open(b, NULL, '{');
		json_out_int(b, "field_id", s->v[i].id);
		json_out_str(b, "field_name", s->v[i].label);
		prop_value_print(m, p, type, &s->v[i], value == NULL ? "" : value, b);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
	buf_free(&made);
}

void
qprop_put(struct qobj *o, int64_t field, int64_t value)
{
	struct buf b = { 0 };

	buf_int(&b, value);
	qprop_set(o, field, buf_str(&b));
	buf_free(&b);
}
