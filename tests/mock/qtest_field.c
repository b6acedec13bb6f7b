#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "out.h"
#include "qtest_api.h"

static const char *const type_names[QT_COUNT] = { "releases", "builds",
	"requirements", "test-cases", "test-suites", "test-runs", "defects",
	"test-steps" };

/* System fields; the ids of some are negative, labels by '|', * the default */
struct seed {
	enum qtype	 type;
	int		 id;
	const char	*label;
	int		 data, read_only;
	const char	*values;
};

static const struct seed seeds[] = {
	{ QT_CASES, -13, "Status", 13, 0,
	    "*New|In Progress|Ready For Baseline|Baselined|Approved|Deprecated" },
	{ QT_CASES, -17, "Type", 13, 0,
	    "*Manual|Automation|Performance|Scenario" },
	{ QT_CASES, 4242, "Priority", 13, 0,
	    "*Undecided|Low|Medium|High|Urgent|Normal" },
	{ QT_CASES, 4243, "Assigned To", 5, 0, NULL },
	{ QT_CASES, 4244, "Automation", 3, 0, "*No|Yes" },
	{ QT_CASES, 4245, "Version", 1, 1, NULL },
	{ QT_CASES, 4246, "Created By", 5, 1, NULL },
	{ QT_RUNS, -21, "Status", 13, 1, "Passed|Failed|Incomplete|Blocked|"
	    "*Unexecuted" },
	{ QT_RUNS, 4301, "Assigned To", 5, 0, NULL },
	{ QT_RUNS, 4302, "Environment", 3, 0, "" },
	{ QT_RUNS, 4303, "Planned Start Date", 9, 0, NULL },
	{ QT_RUNS, 4304, "Planned End Date", 9, 0, NULL },
	{ QT_RUNS, 4305, "Execution Type", 13, 0,
	    "*Functional|Regression|Smoke|Non Functional" },
	{ QT_RUNS, 4306, "Priority", 13, 0, "*Undecided|Low|Medium|High" },
	{ QT_SUITES, 4401, "Assigned To", 5, 0, NULL },
	{ QT_SUITES, 4402, "Environment", 3, 0, "" },
	{ QT_SUITES, 4403, "Planned Start Date", 9, 0, NULL },
	{ QT_SUITES, 4404, "Planned End Date", 9, 0, NULL },
	{ QT_SUITES, 4405, "Execution Type", 13, 0,
	    "*Functional|Regression|Smoke|Non Functional" },
	{ QT_RELEASES, -31, "Status", 13, 0,
	    "*Planned|In Progress|In Test|Released|Closed" },
	{ QT_RELEASES, 4501, "Start Date", 4, 0, NULL },
	{ QT_RELEASES, 4502, "End Date", 4, 0, NULL },
	{ QT_BUILDS, -41, "Status", 13, 0, "*Planned|Ready|Released" },
	{ QT_REQS, -51, "Status", 13, 0, "*New|In Progress|Done" },
	{ QT_REQS, 4601, "Description", 6, 0, NULL },
	{ QT_DEFECTS, 4701, "Summary", 1, 0, NULL },
	{ QT_DEFECTS, 4702, "Description", 6, 0, NULL },
	{ QT_DEFECTS, -61, "Status", 13, 0, "*New|Open|Closed" },
};

static const char *
attr_of(int type)
{
	switch (type) {
	case 2: case 6:
		return "LongText";
	case 3: case 13:
		return "ArrayNumber";
	case 4: case 9:
		return "Date";
	case 5:
		return "UserListDataType";
	case 7:
		return "Number";
	case 8: case 17:
		return "ArrayNumber";
	case 12:
		return "Url";
	default:
		return "String";
	}
}

int
qtype_named(const char *s)
{
	int i;

	for (i = 0; i < QT_COUNT; i++)
		if (strcmp(s, type_names[i]) == 0)
			return i;
	return -1;
}

struct qfield *
qfield_find(struct qschema *s, int64_t id)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].id == id)
			return &s->v[i];
	return NULL;
}

struct qfield *
qfield_label(struct qschema *s, const char *label)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->v[i].label, label) == 0)
			return &s->v[i];
	return NULL;
}

const struct qvalue *
qvalue_find(const struct qfield *f, int64_t id)
{
	int i;

	for (i = 0; i < f->nvalue; i++)
		if (f->value[i].id == id)
			return &f->value[i];
	return NULL;
}

static struct qvalue *
add_value(struct qtest *q, struct qfield *f, const char *label, size_t len)
{
	struct qvalue *v;

	f->value = mem_grow(f->value, (size_t)f->nvalue + 1,
	    sizeof(*f->value));
	v = &f->value[f->nvalue++];
	memset(v, 0, sizeof(*v));
	v->id = 700 + q->next_field++;
	v->order = f->nvalue;
	v->label = mem_dupn(label, len);
	v->active = 1;
	return v;
}

static struct qfield *
add_field(struct qschema *s, int64_t id, const char *label, int type)
{
	struct qfield *f;

	s->v = mem_grow(s->v, (size_t)s->n + 1, sizeof(*s->v));
	f = &s->v[s->n++];
	memset(f, 0, sizeof(*f));
	f->id = id;
	f->order = s->n;
	f->label = mem_dup(label);
	f->type = type;
	f->attr = attr_of(type);
	f->active = 1;
	f->multiple = type == 8 || type == 17;
	return f;
}

static void
seed_values(struct qtest *q, struct qfield *f, const char *values)
{
	struct qvalue *v;
	size_t len;
	int dflt;

	while (*values != '\0') {
		dflt = *values == '*';
		values += dflt;
		len = strcspn(values, "|");
		v = add_value(q, f, values, len);
		v->dflt = dflt;
		values += len + (values[len] == '|');
	}
	if (strcmp(f->label, "Status") == 0 && f->id == -21)
		for (dflt = 0; dflt < f->nvalue; dflt++)
			f->value[dflt].id = 601 + dflt;
}

/* --require TYPE/LABEL: a required text field made by an administrator. */
static void
require(struct qtest *q, struct qproject *p, const char *spec, struct err *e)
{
	const char *slash = strchr(spec, '/');
	char type[32];
	struct qfield *f;
	int t;

	snprintf(type, sizeof(type), "%.*s", slash == NULL ? 0 :
	    (int)(slash - spec), spec);
	t = qtype_named(type);
	if (t == -1) {
		err_set(e, ZX_USAGE, "--require: want TYPE/LABEL: %s", spec);
		return;
	}
	f = qfield_label(&p->schema[t], slash + 1);
	if (f == NULL)
		f = add_field(&p->schema[t], q->next_field++, slash + 1, 1);
	f->required = 1;
}

void
qfield_open(struct qtest *q, struct qproject *p, struct err *e)
{
	struct qfield *f;
	size_t i;
	int r;

	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		f = add_field(&p->schema[seeds[i].type], seeds[i].id,
		    seeds[i].label, seeds[i].data);
		f->system = 1;
		f->read_only = seeds[i].read_only;
		if (seeds[i].values != NULL)
			seed_values(q, f, seeds[i].values);
	}
	for (r = 0; r < q->set->require.n; r++)
		require(q, p, q->set->require.v[r], e);
}

void
qschema_free(struct qschema *s)
{
	int i, k;

	for (i = 0; i < s->n; i++) {
		for (k = 0; k < s->v[i].nvalue; k++)
			free(s->v[i].value[k].label);
		free(s->v[i].value);
		free(s->v[i].label);
	}
	free(s->v);
}

static void
value_json(const struct qvalue *v, struct buf *b)
{
	out_open(b, NULL, '{');
	out_open(b, "links", '[');
	out_close(b, ']');
	out_int(b, "value", v->id);
	out_str(b, "label", v->label);
	out_int(b, "order", v->order);
	out_bool(b, "is_default", v->dflt);
	out_bool(b, "is_active", v->active);
	out_close(b, '}');
}

static void
field_json(const struct qfield *f, struct buf *b)
{
	int i;

	out_open(b, NULL, '{');
	out_open(b, "links", '[');
	out_close(b, ']');
	out_int(b, "id", f->id);
	out_str(b, "attribute_type", f->attr);
	out_str(b, "label", f->label);
	out_bool(b, "required", f->required);
	out_bool(b, "constrained", f->nvalue > 0);
	out_int(b, "order", f->order);
	if (f->nvalue > 0) {
		out_open(b, "allowed_values", '[');
		for (i = 0; i < f->nvalue; i++)
			value_json(&f->value[i], b);
		out_close(b, ']');
	}
	out_bool(b, "multiple", f->multiple);
	out_int(b, "data_type", f->type);
	out_bool(b, "searchable", 1);
	out_bool(b, "free_text_search", 0);
	out_bool(b, "system_field", f->system);
	out_str(b, "original_name", f->label);
	out_bool(b, "is_active", f->active);
	out_close(b, '}');
}

static struct qschema *
schema_of(struct mock *m, const struct request *rq, struct reply *rp)
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
	struct qschema *s = schema_of(m, rq, rp);
	int i, all = request_flag(rq, "includeInactive", 0);

	if (s == NULL)
		return;
	out_open(&rp->body, NULL, '[');
	for (i = 0; i < s->n; i++)
		if (s->v[i].active || all)
			field_json(&s->v[i], &rp->body);
	out_close(&rp->body, ']');
}

static int
known_type(int64_t t)
{
	return (t >= 1 && t <= 9) || t == 12 || t == 17;
}

static int
bad_field(struct mock *m, const struct qschema *s, const struct request *rq,
    const struct json *j, struct reply *rp)
{
	const char *label = json_str(j, "label");
	int64_t type = json_int(j, "data_type", -1);

	(void)m;
	if (label == NULL || *label == '\0' || strlen(label) > 100)
		reply_qtest(rp, 400, "label: 1 to 100 characters");
	else if (strcmp(rq->cap[1], "test-steps") == 0)
		reply_qtest(rp, 400, "fields of test-steps are made at site "
		    "level");
	else if (!known_type(type))
		reply_qtest(rp, 400, "data_type is not valid");
	else if ((type == 8 || type == 17) && !json_bool(j, "multiple", 0))
		reply_qtest(rp, 400, "multiple must be true");
	else if (qfield_label((struct qschema *)(uintptr_t)s, label) != NULL)
		reply_qtest(rp, 400, "Field \"%s\" exists already", label);
	else
		return 0;
	return 1;
}

static void
take_values(struct qtest *q, struct qfield *f, const struct json *rows)
{
	struct json row;
	struct qvalue *v;
	const char *label;
	int i, n = json_len(rows, "");

	for (i = 0; i < n; i++) {
		row = json_at(rows, i);
		label = json_str(&row, "label");
		if (label != NULL) {
			v = add_value(q, f, label, strlen(label));
			v->dflt = json_bool(&row, "is_default", 0);
			v->order = json_int(&row, "order", v->order);
		}
		json_free(&row);
	}
}

void
q_field_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qschema *s = schema_of(m, rq, rp);
	struct json j, rows;
	struct qfield *f;

	if (s == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (!bad_field(m, s, rq, &j, rp)) {
		f = add_field(s, m->qtest->next_field++, json_str(&j, "label"),
		    (int)json_int(&j, "data_type", 1));
		f->required = json_bool(&j, "required", 0);
		f->active = json_bool(&j, "is_active", 1);
		rows = json_get(&j, "allowed_values");
		if (rows.set)
			take_values(m->qtest, f, &rows);
		json_free(&rows);
		rq->effect = f->id;
		rp->status = 201;
		field_json(f, &rp->body);
	}
	json_free(&j);
}

static struct qfield *
field_of(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct qschema *s = schema_of(m, rq, rp);
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
		field_json(f, &rp->body);
}

void
q_field_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qschema *s = schema_of(m, rq, rp);
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
	memmove(f, f + 1, (size_t)(s->v + s->n - (f + 1)) * sizeof(*f));
	s->n--;
}

void
q_values(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct qpage p;
	int64_t i;

	if (f == NULL || q_page(rq, "pageSize", 100, 999, &p, rp) == -1)
		return;
	reply_header(rp, "X-Item-Total", "%d", f->nvalue);
	out_open(&rp->body, NULL, '[');
	for (i = p.from; i < f->nvalue && i < p.to; i++)
		value_json(&f->value[i], &rp->body);
	out_close(&rp->body, ']');
}

void
q_values_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qfield *f = field_of(m, rq, rp);
	struct json j = { .set = 0 };
	struct err e = { 0 };
	int i, n;

	if (f == NULL)
		return;
	if (json_parse(&j, buf_str(&rq->body), rq->body.len, NULL, &e) == -1 ||
	    json_type(&j, "") != JSON_ARR || json_len(&j, "") > 100) {
		json_free(&j);
		reply_qtest(rp, 400, "want an array of at most 100 values");
		return;
	}
	n = f->nvalue;
	take_values(m->qtest, f, &j);
	json_free(&j);
	rp->status = 201;
	rq->effect = f->id;
	out_open(&rp->body, NULL, '[');
	for (i = n; i < f->nvalue; i++)
		value_json(&f->value[i], &rp->body);
	out_close(&rp->body, ']');
}
