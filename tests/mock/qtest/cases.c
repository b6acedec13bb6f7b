#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* The calls that read test cases and their versions or delete them. */

void
q_case_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_CASE, rq, 1, rp);
	const char *expand = request_arg(rq, "expand");
	struct qversion *v;
	int64_t id;

	if (o == NULL)
		return;
	v = qcase_current(o);
	if (rq->nseg == 8 && strcmp(rq->seg[6], "versions") == 0)
		v = request_int(rq->cap[2], &id) ? qcase_version(o, id) : NULL;
	else if (request_num(rq, "versionId", 0, &id) == 1)
		v = qcase_version(o, id);
	if (v == NULL)
		reply_qtest(rp, 404, "Test Case version does not exist.");
	else
		qcase_print(m, o, v, expand == NULL ||
		    strstr(expand, "teststep") == NULL ? 0 :
		    1 + request_flag(rq, "showParamIdentifier", 0), 1,
		    &rp->body);
}

void
q_case_versions(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_CASE, rq, 1, rp);
	int i;

	if (o == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (i = 0; i < o->tc.nver; i++)
		qcase_print(m, o, &o->tc.ver[i], 0, 1, &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_cases(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int64_t parent, n = 0, after = 0;
	const char *since = request_arg(rq, "modifiedAfter");
	struct qobj *up = NULL, *c;
	struct qpage pg;

	if (p == NULL || q_page(m, rq, "size", 20, 999, &pg, rp) == -1)
		return;
	if (since != NULL && time_parse(since, &after) == -1) {
		reply_qtest(rp, 400, "modifiedAfter is not valid");
		return;
	}
	if (request_num(rq, "parentId", 0, &parent) == 1 && parent != 0 &&
	    (up = q_module(m, p, parent, rp)) == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (c = up == NULL ? qobj_walk(p->root, NULL, QK_CASE) :
	    qobj_child(up, NULL, QK_CASE); c != NULL && n < pg.to;
	    c = up == NULL ? qobj_walk(p->root, c, QK_CASE) :
	    qobj_child(up, c, QK_CASE)) {
		if (c->modified <= after || n++ < pg.from)
			continue;
		qcase_print(m, c, qcase_current(c),
		    request_flag(rq, "expandSteps", 0) == 0 ? 0 :
		    1 + request_flag(rq, "showParamIdentifier", 0),
		    request_flag(rq, "expandProps", 1), &rp->body);
	}
	json_out_close(&rp->body, ']');
}

void
qcase_delete(struct mock *m, struct qobj *o)
{
	int64_t i;
	struct qobj *r;

	for (i = 0; i < m->qtest->nobj[QK_RUN]; i++) {
		r = m->qtest->obj[QK_RUN][i];
		if (!r->gone && r->run.case_id == o->id)
			qobj_delete(r);
	}
	qobj_delete(o);
}

void
q_case_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_CASE, rq, 1, rp);

	if (o == NULL)
		return;
	qcase_delete(m, o);
	rq->effect = o->id;
}
