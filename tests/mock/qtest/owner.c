#include <stdlib.h>
#include <string.h>

#include "qtest/owner.h"

enum qkind
q_kind_of_type(const char *s)
{
	static const struct {
		const char	*name;
		enum qkind	 kind;
	} names[] = {
		{ "releases", QK_RELEASE }, { "builds", QK_BUILD },
		{ "requirements", QK_REQ }, { "test-cases", QK_CASE },
		{ "test-logs", QK_LOG }, { "defects", QK_DEFECT },
		{ "test-runs", QK_RUN }, { "test-cycles", QK_CYCLE },
		{ "test-suites", QK_SUITE }, { "test-steps", QK_STEP },
		{ "test-step-logs", QK_STEPLOG }, { "modules", QK_MODULE },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(s, names[i].name) == 0)
			return names[i].kind;
	return QK_ALL;
}

/* Fill the i-th step of a version, or with v NULL the i-th step log of a log. */
static void
owner_of_step(struct qobj *o, struct qversion *v, int i, struct qowner *ow)
{
	struct qstep *s;
	struct qsteplog *l;

	if (v != NULL) {
		s = &v->step[i];
		*ow = (struct qowner){ QK_STEP, s->id, &s->file, &s->nfile, &s->link, o, NULL };
	} else {
		l = &o->log.slog[i];
		*ow = (struct qowner){ QK_STEPLOG, l->id, &l->file, &l->nfile, &l->link, o,
			NULL };
	}
}

/* Call fn for the steps of the current version of a case, or the step logs of a log. */
static int
owner_each_step(struct qobj *o, int (*fn)(const struct qowner *, void *), void *arg)
{
	struct qversion *v = o->kind == QK_CASE ? qcase_current(o) : NULL;
	int i, n = v != NULL ? v->nstep : o->log.nslog, rc = 0;
	struct qowner ow;

	for (i = 0; i < n && rc == 0; i++) {
		owner_of_step(o, v, i, &ow);
		rc = fn(&ow, arg);
	}
	return rc;
}

static struct qowner
owner_of_object(struct qobj *o)
{
	return (struct qowner){ o->kind, o->id, &o->file, &o->nfile, &o->link, o, NULL };
}

void
qowner_each(struct qproject *p, enum qkind k, int (*fn)(const struct qowner *, void *),
    void *arg)
{
	enum qkind kind = k == QK_STEP ? QK_CASE : k == QK_STEPLOG ? QK_LOG : k;
	struct qowner ow;
	struct qobj *o;
	int rc = 0;

	for (o = qobj_walk(p->root, NULL, kind); o != NULL && rc == 0;
	    o = qobj_walk(p->root, o, kind)) {
		ow = owner_of_object(o);
		rc = kind == k ? fn(&ow, arg) : owner_each_step(o, fn, arg);
	}
}

/* Copy the owner ow to the one at arg, and return 1, if their ids are equal. */
static int
owner_compare(const struct qowner *ow, void *arg)
{
	struct qowner *wanted = arg;

	if (ow->id != wanted->id)
		return 0;
	*wanted = *ow;
	return 1;
}

int
qowner_at(struct mock *m, struct qproject *p, enum qkind k, int64_t id, struct qowner *ow)
{
	struct qobj *o = k >= QK_COUNT ? NULL : qobj_find(m->qtest, p, k, id);
	int i;

	*ow = (struct qowner){ .id = id };
	if (o != NULL)
		*ow = owner_of_object(o);
	else if (k == QK_STEP || k == QK_STEPLOG)
		qowner_each(p, k, owner_compare, ow);
	for (i = 0; k == QK_DEFECT && i < p->nexternal; i++)
		if (p->external[i].id == id)
			*ow = (struct qowner){ QK_DEFECT, id, NULL, NULL, &p->external[i].link,
				NULL, p->external[i].key };
	return ow->link == NULL ? -1 : 0;
}

void
qowner_pid(const struct qowner *ow, struct buf *b)
{
	if (ow->key != NULL)
		buf_puts(b, ow->key);
	else if (ow->kind < QK_COUNT)
		qobj_pid(ow->o, b);
}
