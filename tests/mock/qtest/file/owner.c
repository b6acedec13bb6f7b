#include <stdlib.h>
#include <string.h>

#include "qtest/file/file.h"

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

/* Call fn for the steps of the current version of a case, or the step logs of a log. */
static int
owner_each_step(struct qobj *o, int (*fn)(const struct qowner *, void *), void *arg)
{
	struct qowner ow = { .o = o };
	struct qversion *v = o->kind == QK_CASE ? qcase_current(o) : NULL;
	int i, n = v != NULL ? v->nstep : o->log.nslog, rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		ow.v = v != NULL ? &v->step[i].file : &o->log.slog[i].file;
		ow.n = v != NULL ? &v->step[i].nfile : &o->log.slog[i].nfile;
		ow.id = v != NULL ? v->step[i].id : o->log.slog[i].id;
		rc = fn(&ow, arg);
	}
	return rc;
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
		ow = (struct qowner){ &o->file, &o->nfile, o->id, o };
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
qowner_find(struct mock *m, const struct request *rq, struct qowner *ow, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind k = q_kind_of_type(rq->cap[1]);
	struct qobj *o;

	memset(ow, 0, sizeof(*ow));
	if (p == NULL)
		return -1;
	if (k == QK_ALL || k == QK_RUN || k == QK_CYCLE || k == QK_SUITE || k == QK_MODULE ||
	    !request_int(rq->cap[2], &ow->id)) {
		reply_qtest(rp, 400, "Object type or id is not valid: %s/%s", rq->cap[1],
		    rq->cap[2]);
		return -1;
	}
	o = k >= QK_COUNT ? NULL : qobj_find(m->qtest, p, k, ow->id);
	if (o != NULL)
		*ow = (struct qowner){ &o->file, &o->nfile, o->id, o };
	else if (k >= QK_COUNT)
		qowner_each(p, k, owner_compare, ow);
	if (ow->o != NULL)
		return 0;
	reply_qtest(rp, 404, "The object does not exist.");
	return -1;
}
