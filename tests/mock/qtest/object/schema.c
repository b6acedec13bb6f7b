#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "qtest/api.h"

static const char *const type_names[QT_COUNT] = { "releases", "builds",
	"requirements", "test-cases", "test-suites", "test-runs", "defects",
	"test-steps" };

/* System fields; the ids of some are negative, labels by '|', * the default,
   - out of use */
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
	    "*Undecided|-High|Low|Medium|High|Urgent|Normal" },
	{ QT_CASES, 4243, "Assigned To", 5, 0, NULL },
	{ QT_CASES, 4244, "Automation", 3, 0, "*No|Yes" },
	{ QT_CASES, QF_VERSION, "Version", 1, 1, NULL },
	{ QT_CASES, 4246, "Created By", 5, 1, NULL },
	{ QT_CASES, QF_DESCRIPTION, "Description", 6, 1, NULL },
	{ QT_CASES, QF_PRECONDITION, "Precondition", 6, 1, NULL },
	{ QT_RUNS, QF_OUTCOME, "Status", 13, 1, "Passed|Failed|Incomplete|Blocked|"
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
schema_attr_of(int type)
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

struct qvalue *
qvalue_add(struct qtest *q, struct qfield *f, const char *label, size_t len)
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

struct qfield *
qfield_add(struct qschema *s, int64_t id, const char *label, int type)
{
	struct qfield *f;

	s->v = mem_grow(s->v, (size_t)s->n + 1, sizeof(*s->v));
	f = &s->v[s->n++];
	memset(f, 0, sizeof(*f));
	f->id = id;
	f->order = s->n;
	f->label = mem_dup(label);
	f->type = type;
	f->attr = schema_attr_of(type);
	f->active = 1;
	f->multiple = type == 8 || type == 17;
	return f;
}

static void
schema_seed_values(struct qtest *q, struct qfield *f, const char *values)
{
	struct qvalue *v;
	size_t len;
	int dflt, off;

	while (*values != '\0') {
		dflt = *values == '*';
		off = *values == '-';
		values += dflt + off;
		len = strcspn(values, "|");
		v = qvalue_add(q, f, values, len);
		v->dflt = dflt;
		v->active = !off;
		values += len + (values[len] == '|');
	}
	if (strcmp(f->label, "Status") == 0 && f->id == -21)
		for (dflt = 0; dflt < f->nvalue; dflt++)
			f->value[dflt].id = 601 + dflt;
}

/* Add the required text field that --require TYPE/LABEL names. */
static void
schema_require(struct qtest *q, struct qproject *p, const char *spec, struct err *e)
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
		f = qfield_add(&p->schema[t], q->next_field++, slash + 1, 1);
	f->required = 1;
}

void
qfield_open(struct qtest *q, struct qproject *p, struct err *e)
{
	struct qfield *f;
	size_t i;
	int r;

	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		f = qfield_add(&p->schema[seeds[i].type], seeds[i].id,
		    seeds[i].label, seeds[i].data);
		f->system = 1;
		f->read_only = seeds[i].read_only;
		if (seeds[i].values != NULL)
			schema_seed_values(q, f, seeds[i].values);
	}
	for (r = 0; r < q->set->require.n; r++)
		schema_require(q, p, q->set->require.v[r], e);
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
