#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

static struct {
	int64_t		 id;
	const char	*name, *color;
	int		 dflt, off;
} statuses[] = {
	{ 601, "Passed", "#6aa84f", 0, 0 }, { 602, "Failed", "#cc0000", 0, 0 },
	{ 603, "Incomplete", "#f1c232", 0, 0 }, { 604, "Blocked", "#999999", 0, 0 },
	{ 605, "Unexecuted", "#ffffff", 1, 0 },
};

enum { STATUSES = 5 };

int
q_status_rename(const char *names, struct err *e)
{
	size_t n;
	int i;

	for (i = 0; names != NULL && *names != '\0'; i++) {
		if (i == STATUSES)
			return err_set(e, ZX_USAGE, "--statuses: there are %d", STATUSES);
		statuses[i].off = *names == '-';
		names += statuses[i].off;
		n = strcspn(names, ",");
		statuses[i].name = mem_dupn(names, n);
		names += n + (names[n] == ',');
	}
	return 0;
}

const char *
q_status_name(int64_t id)
{
	int i;

	for (i = 0; i < STATUSES; i++)
		if (statuses[i].id == id)
			return statuses[i].name;
	return NULL;
}

int64_t
q_status_id(const char *name)
{
	int i;

	for (i = 0; i < STATUSES; i++)
		if (strcmp(statuses[i].name, name) == 0)
			return statuses[i].id;
	return 0;
}

void
q_statuses(struct mock *m, struct request *rq, struct reply *rp)
{
	struct buf *b = &rp->body;
	int i;

	if (q_project(m, rq, rp) == NULL)
		return;
	json_out_open(b, NULL, '[');
	for (i = 0; i < STATUSES; i++) {
		json_out_open(b, NULL, '{');
		q_empty_list(b, "links");
		json_out_int(b, "id", statuses[i].id);
		json_out_str(b, "name", statuses[i].name);
		json_out_bool(b, "is_default", statuses[i].dflt);
		json_out_str(b, "color", statuses[i].color);
		json_out_bool(b, "active", !statuses[i].off);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

static void
run_latest_print(const struct qobj *run, struct buf *b)
{
	const struct qobj *l = run->last;

	if (l == NULL)
		return;
	json_out_open(b, "latest_test_log", '{');
	json_out_int(b, "id", l->id);
	json_out_str(b, "status", q_status_name(l->log.status));
	q_date(b, "exe_start_date", l->log.start);
	q_date(b, "exe_end_date", l->log.end);
	json_out_close(b, '}');
}

static void
run_case_print(struct mock *m, const struct qobj *run, const struct qobj *c,
    int expand, struct buf *b)
{
	const struct qversion *v = c == NULL ? NULL :
	    qcase_version(c, run->run.version);

	if (c != NULL && expand) {
		json_out_name(b, "test_case");
		qcase_print(m, c, v == NULL ? qcase_current(c) : v, 1, 1, b);
	} else {
		json_out_open(b, "test_case", '{');
		json_out_int(b, "id", run->run.case_id);
		json_out_int(b, "test_case_version_id", run->run.version);
		json_out_close(b, '}');
	}
	json_out_int(b, "testCaseId", run->run.case_id);
	json_out_int(b, "test_case_version_id", run->run.version);
	if (v != NULL)
		json_out_fmt(b, "test_case_version", "%ld.%ld", (long)v->major,
		    (long)v->minor);
}

void
qrun_print(struct mock *m, const struct qobj *o, int latest, int expand,
    struct buf *b)
{
	const struct qproject *p = q_project_of(m, o);

	json_out_open(b, NULL, '{');
	q_head(m, o, o->name, b);
	q_parent_print(o, b);
	json_out_str(b, "automation", "No");
	qprop_print(m, p, QT_RUNS, o, b);
	run_case_print(m, o, qobj_find(m->qtest, p, QK_CASE, o->run.case_id), expand, b);
	json_out_int(b, "creator_id", 201);
	if (latest)
		run_latest_print(o, b);
	json_out_close(b, '}');
}

static int
run_version_wanted(const struct json *j, const struct qobj *c, struct qobj *run,
    struct reply *rp)
{
	int64_t id = json_int(j, "test_case_version_id", 0);
	const struct qversion *v = id != 0 ? qcase_version(c, id) :
	    qcase_approved(c);

	if (v != NULL) {
		run->run.version = v->id;
		return 0;
	}
	reply_qtest(rp, 400, id != 0 ? "The version does not belong to the "
	    "Test Case" : "The Test Case has no approved version");
	return -1;
}

static int
run_read_case(struct mock *m, struct qproject *p, const struct json *j,
    struct qobj *o, struct reply *rp)
{
	int64_t id = json_int(j, "test_case.id", 0);
	struct qobj *c = qobj_find(m->qtest, p, QK_CASE, id);

	if (c == NULL) {
		reply_qtest(rp, id == 0 ? 400 : 404, id == 0 ?
		    "test_case.id is required" : "Test Case does not exist.");
		return -1;
	}
	o->run.case_id = c->id;
	return run_version_wanted(j, c, o, rp);
}

/* Copy to a new run the values of its suite's fields that have the same label. */
static void
run_inherit(struct qproject *p, struct qobj *run)
{
	const struct qfield *sf;
	const struct qfield *rf;
	struct buf label = { 0 };
	int i, k;

	for (i = 0; run->up->kind == QK_SUITE && i < run->up->nprop; i++) {
		sf = qfield_find(&p->schema[QT_SUITES],
		    run->up->prop[i].field);
		rf = sf == NULL ? NULL : qfield_label(&p->schema[QT_RUNS],
		    sf->label);
		if (rf == NULL || qprop_value(run, rf->id) != NULL)
			continue;
		buf_reset(&label);
		qprop_label(p, QT_SUITES, &run->up->prop[i], &label);
		for (k = 0; k < rf->nvalue; k++)
			if (strcmp(rf->value[k].label, buf_str(&label)) == 0)
				qprop_put(run, rf->id, rf->value[k].id);
	}
	buf_free(&label);
}

void
q_run_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = q_parent(m, p, rq, QK_RUN, &given, rp), *o;
	struct json j;

	if (up == NULL || q_body(rq, &j, rp) == -1)
		return;
	o = qobj_new(m->qtest, p, QK_RUN, up);
	if (q_name(&j, 1, &o->name, rp) == -1 ||
	    run_read_case(m, p, &j, o, rp) == -1 ||
	    qprop_take(m, p, QT_RUNS, &j, o, 1, rp) == -1)
		qobj_discard(o);
	else {
		q_order(&j, o);
		run_inherit(p, o);
		rq->effect = o->id;
		rp->status = 201;
		qrun_print(m, o, 0, 0, &rp->body);
	}
	json_free(&j);
}

void
q_runs(struct mock *m, struct request *rq, struct reply *rp)
{
	int given, deep = q_deep(rq);
	struct qobj *up = q_parent(m, q_project(m, rq, rp), rq, QK_RUN, &given, rp), *c;
	struct qpage pg;
	int64_t n = 0;

	if (up == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	q_envelope_open(&rp->body);
	for (c = deep ? qobj_walk(up, NULL, QK_RUN) :
	    qobj_child(up, NULL, QK_RUN); c != NULL;
	    c = deep ? qobj_walk(up, c, QK_RUN) : qobj_child(up, c, QK_RUN)) {
		if (n >= pg.from && n < pg.to)
			qrun_print(m, c, 1, 0, &rp->body);
		n++;
	}
	q_envelope_close(&rp->body, &pg, n);
}

/* Show one run; half of them without latest_test_log, which the list has (C1). */
void
q_run_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_RUN, rq, 1, rp);
	const char *expand = request_arg(rq, "expand");

	if (o != NULL)
		qrun_print(m, o, o->num % 2 == 0, expand != NULL &&
		    strncmp(expand, "testcase", 8) == 0, &rp->body);
}

void
q_run_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_RUN, rq, 1, rp);
	struct qobj *up, *c;
	struct json j;
	int given;

	if (o == NULL)
		return;
	up = q_parent(m, p, rq, QK_RUN, &given, rp);
	if (up == NULL)
		return;
	rq->effect = o->id;
	if (given) {
		qobj_move(o, up);
		qrun_print(m, o, 0, 0, &rp->body);
		return;
	}
	if (q_body(rq, &j, rp) == -1)
		return;
	c = qobj_find(m->qtest, p, QK_CASE, o->run.case_id);
	if (q_name(&j, 0, &o->name, rp) == 0 &&
	    (json_int(&j, "test_case_version_id", 0) == 0 || c == NULL ||
	    run_version_wanted(&j, c, o, rp) == 0) &&
	    qprop_take(m, p, QT_RUNS, &j, o, 0, rp) == 0) {
		qobj_touch(o);
		qrun_print(m, o, 0, 0, &rp->body);
	}
	json_free(&j);
}

void
q_run_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_RUN, rq, 1, rp);

	if (o == NULL)
		return;
	rq->effect = o->id;
	qobj_delete(o);
	reply_qtest(rp, 200, "Test Run is deleted.");
}
