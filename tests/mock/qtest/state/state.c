#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/hash.h"
#include "io/json/json_out.h"

#include "qtest/state/act.h"
#include "qtest/state/part.h"
#include "qtest/state/state.h"

static void	 state_print(const struct state *, const struct qobj *,
		    struct buf *);

/* Print the children of a kind in order, or sorted by their text. */
static void
state_children(const struct state *s, const struct qobj *up, enum qkind kind,
    const char *name, struct buf *b)
{
	const struct qobj *c;
	struct buf t = { 0 };
	char **v = NULL;
	size_t n = 0, i;

	for (c = qobj_child(up, NULL, kind); c != NULL;
	    c = qobj_child(up, c, kind)) {
		v = mem_grow(v, n + 1, sizeof(*v));
		buf_reset(&t);
		state_print(s, c, &t);
		if (s->normal)
			qpart_pages(s, &t);
		v[n++] = mem_dup(buf_str(&t));
	}
	if (s->normal && kind != QK_LOG && n > 1)
		qsort(v, n, sizeof(*v), qpart_by_text);
	json_out_open(b, name, '[');
	for (i = 0; i < n; i++) {
		json_out_raw(b, NULL, v[i], strlen(v[i]));
		free(v[i]);
	}
	json_out_close(b, ']');
	free(v);
	buf_free(&t);
}

static int64_t
state_position(const struct qobj *o)
{
	const struct qobj *c;
	int64_t n = 1;

	for (c = qobj_child(o->up, NULL, o->kind); c != NULL;
	    c = qobj_child(o->up, c, o->kind))
		n += c->order < o->order || (c->order == o->order &&
		    c->id < o->id);
	return n;
}

static void
case_state(const struct state *s, const struct qobj *o, struct buf *b)
{
	const struct qversion *v = &o->tc.ver[o->tc.nver - 1];

	qpart_files(s, o->file, o->nfile, b);
	qpart_comments(o, b);
	json_out_str(b, "description", o->desc);
	qpart_links(s, &o->link, 1, b);
	json_out_str(b, "name", o->name);
	if (o->order_given)
		json_out_int(b, "order", o->order);
	json_out_str(b, "precondition", o->pre);
	qpart_properties(s, o, b);
	qpart_steps(s, v, b);
	json_out_fmt(b, "version", "%ld.%ld", (long)v->major, (long)v->minor);
	json_out_int(b, "versions", o->tc.nver);
}

static void
state_version_text(const struct state *s, const struct qobj *run, int64_t id,
    struct buf *b)
{
	const struct qobj *c = qobj_find(s->m->qtest, s->p, QK_CASE,
	    run->run.case_id);
	const struct qversion *v = c == NULL ? NULL : qcase_version(c, id);

	if (v == NULL)
		json_out_null(b, "version");
	else
		json_out_fmt(b, "version", "%ld.%ld", (long)v->major,
		    (long)v->minor);
}

/* Return the order of the step with this id in its version, or 0. */
static int64_t
state_step_order(const struct state *s, int64_t case_id, int64_t id)
{
	const struct qobj *c = qobj_find(s->m->qtest, s->p, QK_CASE, case_id);
	int i, k;

	for (i = 0; c != NULL && i < c->tc.nver; i++)
		for (k = 0; k < c->tc.ver[i].nstep; k++)
			if (c->tc.ver[i].step[k].id == id)
				return c->tc.ver[i].step[k].order;
	return 0;
}

static void
state_log_steps(const struct state *s, const struct qobj *o, struct buf *b)
{
	const struct qsteplog *l;
	int i;

	json_out_open(b, "steps", '[');
	for (i = 0; i < o->log.nslog; i++) {
		l = &o->log.slog[i];
		json_out_open(b, NULL, '{');
		json_out_str(b, "actual", l->actual);
		qpart_files(s, l->file, l->nfile, b);
		if (l->called != 0)
			qpart_ref(s, "called", QK_CASE, l->called, b);
		qpart_text(s, "description", l->desc, b);
		qpart_text(s, "expected", l->expect, b);
		qpart_links(s, &l->link, 0, b);
		json_out_int(b, "order", l->order);
		json_out_str(b, "status", q_status_name(l->status));
		json_out_int(b, "step", state_step_order(s, l->called != 0 ? l->called :
		    o->up->run.case_id, l->step));
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

static void
log_state(const struct state *s, const struct qobj *o, struct buf *b)
{
	if (o->log.actual >= 0)
		json_out_int(b, "actual_exe_time", o->log.actual);
	qpart_files(s, o->file, o->nfile, b);
	q_date(b, "end", o->log.end);
	qpart_links(s, &o->link, 1, b);
	json_out_str(b, "note", o->desc);
	if (o->log.planned >= 0)
		json_out_int(b, "planned_exe_time", o->log.planned);
	qpart_properties(s, o, b);
	q_date(b, "start", o->log.start);
	json_out_str(b, "status", q_status_name(o->log.status));
	state_log_steps(s, o, b);
	state_version_text(s, o->up, o->log.version, b);
}

static void
folder_state(const struct state *s, const struct qobj *o, struct buf *b)
{
	qpart_some_files(s, o, b);
	if (o->kind == QK_RELEASE && qobj_child(o, NULL, QK_BUILD) != NULL)
		state_children(s, o, QK_BUILD, "builds", b);
	if (o->kind == QK_MODULE)
		state_children(s, o, QK_CASE, "cases", b);
	else if (o->kind != QK_SUITE)
		state_children(s, o, QK_CYCLE, "cycles", b);
	json_out_str(b, "description", o->desc);
	if (o->kind == QK_RELEASE)
		q_date(b, "end", o->folder.end);
	qpart_links(s, &o->link, 0, b);
	if (o->kind == QK_MODULE)
		state_children(s, o, QK_MODULE, "modules", b);
	json_out_str(b, "name", o->name);
	if (o->kind == QK_RELEASE)
		json_out_str(b, "note", o->pre);
	if (o->kind == QK_MODULE || o->kind == QK_CYCLE)
		json_out_int(b, "position", state_position(o));
	if (o->kind == QK_RELEASE || o->kind == QK_SUITE)
		qpart_properties(s, o, b);
	if (o->kind == QK_MODULE)
		state_children(s, o, QK_REQ, "requirements", b);
	else
		state_children(s, o, QK_RUN, "runs", b);
	if (o->kind == QK_RELEASE)
		q_date(b, "start", o->folder.start);
	if (o->kind == QK_RELEASE || o->kind == QK_CYCLE)
		state_children(s, o, QK_SUITE, "suites", b);
	if (o->kind != QK_MODULE && o->folder.release != 0)
		qpart_ref(s, "target_release", QK_RELEASE, o->folder.release, b);
}

static void
state_print(const struct state *s, const struct qobj *o, struct buf *b)
{
	json_out_open(b, NULL, '{');
	qpart_server_part(s, o, b);
	switch (o->kind) {
	case QK_CASE:
		case_state(s, o, b);
		break;
	case QK_RUN:
		qpart_ref(s, "case", QK_CASE, o->run.case_id, b);
		state_children(s, o, QK_LOG, "logs", b);
		json_out_str(b, "name", o->name);
		qpart_properties(s, o, b);
		state_version_text(s, o, o->run.version, b);
		break;
	case QK_LOG:
		log_state(s, o, b);
		break;
	case QK_REQ:
	case QK_DEFECT:
		qpart_some_files(s, o, b);
		qpart_links(s, &o->link, 1, b);
		json_out_str(b, "name", o->name);
		qpart_properties(s, o, b);
		break;
	default:
		folder_state(s, o, b);
	}
	json_out_close(b, '}');
}

static void
state_fields(const struct state *s, struct buf *b)
{
	static const char *const names[QT_COUNT] = { "releases", "builds",
	    "requirements", "test-cases", "test-suites", "test-runs",
	    "defects", "test-steps" };
	const struct qfield *f;
	int t, i;

	json_out_open(b, "fields", '[');
	for (t = 0; t < QT_COUNT; t++)
		for (i = 0; i < s->p->schema[t].n; i++) {
			f = &s->p->schema[t].v[i];
			if (!f->system)
				json_out_fmt(b, NULL, "%s/%s:%d", names[t],
				    f->label, f->type);
		}
	json_out_close(b, ']');
}

static void
state_project(const struct state *s, struct buf *b)
{
	const struct qobj *r = s->p->root;
	int i;

	json_out_open(b, NULL, '{');
	state_children(s, r, QK_CYCLE, "cycles", b);
	state_children(s, r, QK_DEFECT, "defects", b);
	if (s->deleted)
		qact_deleted(s->m, s->p, b);
	state_fields(s, b);
	state_children(s, r, QK_MODULE, "modules", b);
	json_out_open(b, "parameters", '[');
	for (i = 0; i < s->p->nparam; i++)
		json_out_str(b, NULL, s->p->param[i].name);
	json_out_close(b, ']');
	if (!s->normal)
		json_out_int(b, "project", s->p->id);
	state_children(s, r, QK_RELEASE, "releases", b);
	state_children(s, r, QK_REQ, "requirements", b);
	state_children(s, r, QK_RUN, "runs", b);
	state_children(s, r, QK_SUITE, "suites", b);
	json_out_close(b, '}');
}

void
qstate_print(struct mock *m, int64_t id, int normal, int deleted, struct buf *b)
{
	struct state s = { .m = m, .normal = normal, .deleted = deleted };
	int i;

	json_out_open(b, NULL, '[');
	for (i = 0; i < m->qtest->nproject; i++) {
		s.p = &m->qtest->project[i];
		if (id == 0 || s.p->id == id)
			state_project(&s, b);
	}
	json_out_close(b, ']');
	buf_putc(b, '\n');
}
