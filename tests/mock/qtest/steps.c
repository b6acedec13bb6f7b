#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* The calls below test-cases/{}/test-steps, v3 and the paged v4. */

static struct qversion *
steps_version_of(const struct qobj *o, const struct request *rq, struct reply *rp)
{
	struct qversion *v;
	int64_t id;

	if (rq->nseg < 9 || strcmp(rq->seg[6], "versions") != 0)
		return qcase_current(o);
	v = request_int(rq->cap[2], &id) ? qcase_version(o, id) : NULL;
	if (v == NULL)
		reply_qtest(rp, 404, "Test Case version does not exist.");
	return v;
}

void
q_steps(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_CASE, rq, 1, rp);
	struct qversion *v = o == NULL ? NULL : steps_version_of(o, rq, rp);
	const char *expand = request_arg(rq, "expand");
	struct qpage pg = { .to = INT64_MAX };
	int v4 = strcmp(rq->seg[1], "v4") == 0;

	if (v == NULL || (v4 && q_page(m, rq, "size", 200, 999, &pg, rp) == -1))
		return;
	qsteps_print(m, p, v, expand != NULL &&
	    strcmp(expand, "calledteststep") == 0,
	    request_flag(rq, "showParamIdentifier", 0), pg.from, pg.to,
	    &rp->body);
}

void
q_step_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_CASE, rq, 1, rp);
	struct qversion *v;
	struct qstep s;
	struct json j;

	if (o == NULL || q_body(rq, &j, rp) == -1)
		return;
	v = qcase_current(o);
	if (qstep_take(m, p, &j, v->nstep + 1, &s, rp) == 0) {
		v = qcase_bump(m, o);
		v->step = mem_grow(v->step, (size_t)v->nstep + 1,
		    sizeof(*v->step));
		v->step[v->nstep++] = s;
		rq->effect = s.id;
		qstep_print(m, p, &s, 0, &rp->body);
	}
	json_free(&j);
}

static int
step_at(const struct qversion *v, const char *text)
{
	int64_t id;
	int i;

	for (i = 0; request_int(text, &id) && i < v->nstep; i++)
		if (v->step[i].id == id)
			return i;
	return -1;
}

/* Show, replace or delete a step.  The two latter make a new version, so the other
   steps get new ids, too. */
void
q_step_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_CASE, rq, 1, rp);
	int i = o == NULL ? -1 : step_at(qcase_current(o), rq->cap[2]);
	struct qversion *v;
	struct qstep s;
	struct json j;

	if (o == NULL)
		return;
	if (i == -1)
		reply_qtest(rp, 404, "Test Step does not exist.");
	else if (strcmp(rq->method, "GET") == 0)
		qstep_print(m, p, &qcase_current(o)->step[i], 0, &rp->body);
	else if (strcmp(rq->method, "DELETE") == 0) {
		v = request_flag(rq, "updateVersion", 1) ? qcase_bump(m, o) :
		    qcase_current(o);
		qstep_free(&v->step[i]);
		memmove(&v->step[i], &v->step[i + 1],
		    (size_t)(v->nstep - i - 1) * sizeof(*v->step));
		v->nstep--;
	} else if (q_body(rq, &j, rp) == 0) {
		if (qstep_take(m, p, &j, i + 1, &s, rp) == 0) {
			v = qcase_bump(m, o);
			qstep_free(&v->step[i]);
			v->step[i] = s;
			rq->effect = s.id;
			qstep_print(m, p, &s, 0, &rp->body);
		}
		json_free(&j);
	}
}
