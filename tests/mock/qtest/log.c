#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* The field of a run that shows the status of its last log. */
static const int64_t RUN_STATUS = -21;

static int
log_refuse_plainly(struct reply *rp)
{
	reply_qtest(rp, 400, "Invalid request data.");
	return -1;
}

/* Return whether a date has whole seconds or a fraction of three digits (C1, C3). */
static int
log_date_fits(const char *s)
{
	const char *dot = strchr(s, '.');
	int n = 0;

	if (strlen(s) < 20 || s[10] != 'T')
		return 0;
	while (dot != NULL && isdigit((unsigned char)dot[1 + n]))
		n++;
	return dot == NULL || n == 3;
}

int
q_log_date(const struct json *j, const char *name, int64_t *out)
{
	const char *s = json_str(j, name);

	return s != NULL && log_date_fits(s) && time_parse(s, out) == 0 ? 0 : -1;
}

/* Read the i-th step log, which must be of the i-th place of the version. */
static int
log_read_step(struct mock *m, const struct qplace *at, int i, const struct json *row,
    struct qsteplog *s, struct reply *rp)
{
	int64_t ms;

	s->step = json_int(row, "test_step_id", 0);
	s->called = json_int(row, "called_test_case_id", 0);
	s->parent_step = json_int(row, "parent_test_step_id", 0);
	s->status = json_int(row, "status.id", 0);
	s->order = json_int(row, "order", i + 1);
	if (s->step != at->step->id || s->called != at->called ||
	    s->parent_step != at->by || s->order != i + 1 ||
	    q_status_name(s->status) == NULL)
		return log_refuse_plainly(rp);
	if (json_str(row, "exe_date") != NULL &&
	    q_log_date(row, "exe_date", &ms) == -1)
		return log_refuse_plainly(rp);
	s->id = qobj_serial(m->qtest, QK_STEPLOG);
	q_text(row, "description", &s->desc);
	q_text(row, "expected_result", &s->expect);
	q_text(row, "actual_result", &s->actual);
	q_text(row, "exe_date", &s->date);
	if (s->desc == NULL)
		s->desc = mem_dup(at->step->desc);
	if (s->expect == NULL)
		s->expect = mem_dup(at->step->expect);
	return qfile_take(m, row, &s->file, &s->nfile, rp);
}

static int
log_read_steps(struct mock *m, struct qproject *p, const struct qversion *v,
    const struct json *j, struct qobj *o, struct reply *rp)
{
	struct json rows = json_get(j, "test_step_logs"), row;
	struct qplaces at = { 0 };
	int i, n, rc = 0;

	if (rows.set && json_type(&rows, "") != JSON_ARR &&
	    json_type(&rows, "") != JSON_NULL)
		rc = log_refuse_plainly(rp);
	n = rows.set && rc == 0 ? json_len(&rows, "") : 0;
	if (n > 0) {
		qplaces(m, p, v, &at);
		o->log.slog = mem_zalloc((size_t)n * sizeof(*o->log.slog));
	}
	if (n > 0 && n != at.n)		/* each place has a step log, or none */
		rc = log_refuse_plainly(rp);
	for (i = 0; i < n && rc == 0; i++) {
		row = json_at(&rows, i);
		o->log.nslog++;
		rc = log_read_step(m, &at.v[i], i, &row, &o->log.slog[i], rp);
		json_free(&row);
	}
	free(at.v);
	json_free(&rows);
	return rc;
}

static int
log_read_head(const struct json *j, struct qobj *o, struct reply *rp)
{
	if (json_type(j, "status") != JSON_OBJ)
		return log_refuse_plainly(rp);
	o->log.status = json_int(j, "status.id", 0);
	if (q_status_name(o->log.status) == NULL ||
	    q_log_date(j, "exe_start_date", &o->log.start) == -1 ||
	    q_log_date(j, "exe_end_date", &o->log.end) == -1)
		return log_refuse_plainly(rp);
	o->log.planned = json_int(j, "planned_exe_time", o->log.planned);
	o->log.actual = json_int(j, "actual_exe_time", o->log.actual);
	if (o->log.planned > 9999999)
		return log_refuse_plainly(rp);
	q_text(j, "note", &o->desc);
	q_text(j, "name", &o->name);
	return 0;
}

/* Copy the present properties of a run to its new log (qtest-api.md 0). */
static void
log_inherit(const struct qobj *run, struct qobj *o)
{
	int i;

	for (i = 0; i < run->nprop; i++)
		qprop_set(o, run->prop[i].field, run->prop[i].value)->inherited = 1;
}

static int
log_read(struct mock *m, struct qproject *p, const struct qobj *run,
    const struct json *j, struct qobj *o, struct reply *rp)
{
	const struct qobj *c = qobj_find(m->qtest, p, QK_CASE, run->run.case_id);
	int64_t id = json_int(j, "test_case_version_id", 0);
	const struct qversion *v;

	if (c == NULL || log_read_head(j, o, rp) == -1)
		return c == NULL ? log_refuse_plainly(rp) : -1;
	v = id != 0 ? qcase_version(c, id) : qcase_approved(c);
	if (v == NULL)
		return log_refuse_plainly(rp);
	o->log.version = v->id;
	q_text(j, "build_number", &o->log.build_number);
	log_inherit(run, o);
	if (log_read_steps(m, p, v, j, o, rp) == -1 ||
	    qprop_take(m, p, QT_RUNS, j, o, 0, rp) == -1)
		return -1;
	return qfile_take(m, j, &o->file, &o->nfile, rp);
}

static void
log_status_print(struct buf *b, int64_t id)
{
	json_out_open(b, "status", '{');
	q_empty_list(b, "links");
	json_out_int(b, "id", id);
	json_out_str(b, "name", q_status_name(id));
	json_out_bool(b, "is_default", id == 605);
	json_out_close(b, '}');
}

static void
log_step_print(struct mock *m, struct qproject *p, const struct qsteplog *s, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "test_step_log_id", s->id);
	json_out_int(b, "test_step_id", s->step);
	log_status_print(b, s->status);
	q_html(m, b, "description", s->desc);
	q_html(m, b, "expected_result", s->expect);
	q_html(m, b, "actual_result", s->actual == NULL ? "" : s->actual);
	json_out_int(b, "order", s->order);
	if (s->called != 0) {
		json_out_int(b, "called_test_case_id", s->called);
		json_out_int(b, "parent_test_step_id", s->parent_step);
	}
	if (s->date != NULL)
		json_out_str(b, "exe_date", s->date);
	qfiles_print(m, "attachments", s->file, s->nfile, s->id, b);
	qdefects_print(m, p, &s->link, b);
	json_out_close(b, '}');
}

void
qlog_print(struct mock *m, const struct qobj *o, struct buf *b)
{
	int i;

	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_int(b, "id", o->id);
	json_out_int(b, "test_run_id", o->up->id);
	json_out_int(b, "test_case_version_id", o->log.version);
	json_out_str(b, "name", o->name == NULL ? o->up->name : o->name);
	log_status_print(b, o->log.status);
	q_date(b, "exe_start_date", o->log.start);
	q_date(b, "exe_end_date", o->log.end);
	q_html(m, b, "note", o->desc == NULL ? "" : o->desc);
	if (o->log.planned >= 0)
		json_out_int(b, "planned_exe_time", o->log.planned);
	if (o->log.actual >= 0)
		json_out_int(b, "actual_exe_time", o->log.actual);
	json_out_str(b, "build_number", o->log.build_number);
	qprop_print(m, q_project_of(m, o), QT_RUNS, o, b);
	qfiles_print(m, "attachments", o->file, o->nfile, o->id, b);
	json_out_open(b, "test_step_logs", '[');
	for (i = 0; i < o->log.nslog; i++)
		log_step_print(m, q_project_of(m, o), &o->log.slog[i], b);
	json_out_close(b, ']');
	qdefects_print(m, q_project_of(m, o), &o->link, b);
	json_out_close(b, '}');
}

/* Link the defects that a body names for a log and for its step logs. */
static void
log_take_defects(struct mock *m, struct qproject *p, const struct json *j, const struct qobj *o)
{
	struct json rows = json_get(j, "test_step_logs"), row;
	int i;

	qdefects_take(m, p, j, QK_LOG, o->id);
	for (i = 0; i < o->log.nslog; i++) {
		row = json_at(&rows, i);
		qdefects_take(m, p, &row, QK_STEPLOG, o->log.slog[i].id);
		json_free(&row);
	}
	json_free(&rows);
}

void
q_log_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *run = q_object(m, p, QK_RUN, rq, 1, rp), *o;
	struct json j;

	if (run == NULL || q_body(rq, &j, rp) == -1)
		return;
	o = qobj_new(m->qtest, p, QK_LOG, run);
	if (log_read(m, p, run, &j, o, rp) == -1)
		qobj_discard(o);
	else {
		log_take_defects(m, p, &j, o);
		qprop_put(run, RUN_STATUS, o->log.status);
		qobj_touch(run);
		rq->effect = o->id;
		rp->status = 201;
		qlog_print(m, o, &rp->body);
	}
	json_free(&j);
}

void
q_logs(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *run = q_object(m, q_project(m, rq, rp), QK_RUN, rq, 1, rp), *c;
	struct qpage pg;
	int64_t n = 0;

	if (run == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	q_envelope_open(&rp->body);
	for (c = run->first; c != NULL; c = c->next, n++)
		if (n >= pg.from && n < pg.to)
			qlog_print(m, c, &rp->body);
	q_envelope_close(&rp->body, &pg, n);
}

void
q_log_last(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *run = q_object(m, q_project(m, rq, rp), QK_RUN, rq, 1, rp);

	if (run == NULL)
		return;
	if (run->last == NULL)
		reply_qtest(rp, 404, "Test Log does not exist.");
	else
		qlog_print(m, run->last, &rp->body);
}

static struct qobj *
log_of(struct mock *m, struct qproject *p, const struct request *rq,
    struct reply *rp)
{
	struct qobj *run = q_object(m, p, QK_RUN, rq, 1, rp), *o;

	if (run == NULL)
		return NULL;
	o = q_object(m, p, QK_LOG, rq, 2, rp);
	if (o == NULL || o->up == run)
		return o;
	reply_qtest(rp, 404, "Test Log does not exist.");
	return NULL;
}

void
q_log_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = log_of(m, q_project(m, rq, rp), rq, rp);

	if (o != NULL)
		qlog_print(m, o, &rp->body);
}

/* Find the step log of a row of a PUT by its id, and then its order must be the same;
   or with --step-logs order by its order alone. */
static struct qsteplog *
log_find_step(const struct mock *m, const struct json *row, struct qobj *o)
{
	int64_t id = json_int(row, "test_step_log_id", 0);
	int64_t order = json_int(row, "order", -1);
	int by_order = strcmp(m->set->step_logs, "order") == 0, k;

	for (k = 0; k < o->log.nslog; k++)
		if (o->log.slog[k].order == order && (by_order || o->log.slog[k].id == id))
			return &o->log.slog[k];
	return NULL;
}

/* Change the status and actual result of the step logs.  A body has all of them or
   none. */
static int
log_put_steps(const struct mock *m, const struct json *j, struct qobj *o, struct reply *rp)
{
	struct json rows = json_get(j, "test_step_logs"), row;
	int i, n = rows.set ? json_len(&rows, "") : 0, rc = 0;
	struct qsteplog *s;
	int64_t status;

	if (n > 0 && n != o->log.nslog)
		rc = log_refuse_plainly(rp);
	for (i = 0; i < n && rc == 0; i++) {
		row = json_at(&rows, i);
		status = json_int(&row, "status.id", 0);
		if ((s = log_find_step(m, &row, o)) == NULL || q_status_name(status) == NULL)
			rc = log_refuse_plainly(rp);
		else {
			s->status = status;
			q_text(&row, "actual_result", &s->actual);
		}
		json_free(&row);
	}
	json_free(&rows);
	return rc;
}

void
q_log_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = log_of(m, q_project(m, rq, rp), rq, rp);
	struct json j;

	if (o == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (log_read_head(&j, o, rp) == 0 && log_put_steps(m, &j, o, rp) == 0) {
		qobj_touch(o);
		rq->effect = o->id;
		qlog_print(m, o, &rp->body);
	}
	json_free(&j);
}
