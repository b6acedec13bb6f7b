#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "qtest/state/act.h"
#include "qtest/state/break.h"
#include "qtest/state/part.h"
#include "qtest/state/state.h"

const char *
qstate_kind(enum qkind k)
{
	static const char *const names[QK_COUNT] = { "root", "module", "case",
	    "release", "build", "cycle", "suite", "run", "log", "requirement",
	    "defect" };

	return names[k];
}

static enum qkind
break_kind_named(const char *s)
{
	int k;

	for (k = 0; s != NULL && k < QK_COUNT; k++)
		if (strcmp(s, qstate_kind((enum qkind)k)) == 0)
			return (enum qkind)k;
	return QK_ALL;
}

static int
break_is_called(struct mock *m, const struct qobj *o, const char *key)
{
	struct buf b = { 0 };
	int yes;

	qstate_address(m, o, &b);
	yes = strcmp(buf_str(&b), key) == 0 ||
	    (o->name != NULL && strcmp(o->name, key) == 0);
	buf_reset(&b);
	buf_printf(&b, " %s]", key);		/* [zephyr PROJECT KEY] */
	yes = yes || (o->desc != NULL && strstr(o->desc, buf_str(&b)) != NULL);
	buf_free(&b);
	return yes;
}

static struct qobj *
break_find(struct mock *m, struct qproject *p, enum qkind kind, const char *key)
{
	struct qobj *o = qobj_named(m->qtest, p, kind, key);

	if (o != NULL)
		return o;
	for (o = qobj_walk(p->root, NULL, kind); o != NULL;
	    o = qobj_walk(p->root, o, kind))
		if (break_is_called(m, o, key))
			return o;
	return NULL;
}

/* Restore the deleted object with this id or pid; return -1 if there is none. */
static int
break_restore(struct mock *m, const struct qproject *p, enum qkind kind, const char *key)
{
	struct qobj *o;
	int64_t id;

	if (!request_int(key, &id))
		return -1;
	o = qobj_deleted(m->qtest, p, kind, id);
	return o == NULL ? -1 : qobj_restore(m->qtest, o);
}

static void
break_set(char **slot, const char *value)
{
	free(*slot);
	*slot = mem_dup(value);
}

static int
break_set_text(struct qobj *o, const char *field, const char *value)
{
	if (strcmp(field, "name") == 0)
		break_set(&o->name, value);
	else if (strcmp(field, "description") == 0 ||
	    (strcmp(field, "note") == 0 && o->kind == QK_LOG))
		break_set(&o->desc, value);
	else if (strcmp(field, "precondition") == 0 || strcmp(field, "note") == 0 ||
	    (strcmp(field, "external") == 0 && o->kind == QK_REQ))
		break_set(&o->pre, value);
	else
		return -1;
	return 0;
}

static int
break_set_step(struct qobj *o, int64_t n, const char *field, const char *value)
{
	struct qversion *v;

	if (o->kind == QK_CASE) {
		v = qcase_current(o);
		if (n < 1 || n > v->nstep)
			return -1;
		break_set(strcmp(field, "expected") == 0 ? &v->step[n - 1].expect :
		    &v->step[n - 1].desc, value);
		return 0;
	}
	if (o->kind != QK_LOG || n < 1 || n > o->log.nslog)
		return -1;
	if (strcmp(field, "status") == 0)
		o->log.slog[n - 1].status = q_status_id(value);
	else if (strcmp(field, "step") == 0)
		o->log.slog[n - 1].step = strtoll(value, NULL, 10);
	else
		break_set(strcmp(field, "actual") == 0 ? &o->log.slog[n - 1].actual :
		    strcmp(field, "expected") == 0 ? &o->log.slog[n - 1].expect :
		    &o->log.slog[n - 1].desc, value);
	return 0;
}

static int
break_set_date(struct qobj *o, int end, const char *date)
{
	if (o->kind == QK_LOG)
		return time_parse(date, end ? &o->log.end : &o->log.start);
	if (o->kind == QK_RELEASE)
		return time_parse(date, end ? &o->folder.end : &o->folder.start);
	return -1;
}

static int
break_set_property(struct mock *m, struct qobj *o, const char *label,
    const char *value)
{
	struct qproject *p = q_project_of(m, o);
	struct qfield *f;
	int i;

	f = qfield_label(&p->schema[part_type_of(o->kind)], label);
	if (f == NULL)
		return -1;
	qprop_put(o, f->id, 0);
	for (i = 0; i < o->nprop; i++)
		if (o->prop[i].field == f->id)
			break_set(&o->prop[i].value, value);
	return 0;
}

/* Create a copy of an object after it, without the objects below it. */
static struct qobj *
break_duplicate(struct mock *m, struct qobj *o)
{
	struct qproject *p = q_project_of(m, o);
	struct qobj *t = qobj_new(m->qtest, p, o->kind, o->up);
	struct qversion *v, *from;
	int i;

	t->name = mem_dup(o->name);
	t->desc = mem_dup(o->desc);
	t->pre = mem_dup(o->pre);
	if (o->kind == QK_RUN)
		t->run = o->run;
	else if (o->kind == QK_LOG)
		t->log = (struct qlog){ .version = o->log.version, .status = o->log.status,
			.start = o->log.start, .end = o->log.end, .planned = -1, .actual = -1 };
	else if (o->kind != QK_CASE && o->kind != QK_MODULE)
		t->folder = o->folder;
	for (i = 0; i < o->nprop; i++) {
		qprop_put(t, o->prop[i].field, 0);
		break_set(&t->prop[i].value, o->prop[i].value);
	}
	if (o->kind != QK_CASE)
		return t;
	from = qcase_current(o);
	t->tc.ver = v = mem_zalloc(sizeof(*v));
	t->tc.nver = 1;
	v->id = qobj_serial(m->qtest, QK_VERSION);
	v->major = from->major;
	v->minor = from->minor;
	v->step = mem_zalloc(((size_t)from->nstep + 1) * sizeof(*v->step));
	v->nstep = from->nstep;
	for (i = 0; i < v->nstep; i++) {
		v->step[i].id = qobj_serial(m->qtest, QK_STEP);
		v->step[i].order = from->step[i].order;
		v->step[i].called = from->step[i].called;
		v->step[i].desc = mem_dup(from->step[i].desc);
		v->step[i].expect = mem_dup(from->step[i].expect);
	}
	return t;
}

static int
break_change(struct mock *m, struct qobj *o, const struct request *rq)
{
	const char *how = request_arg(rq, "do"), *v = request_arg(rq, "value");
	const char *field = request_arg(rq, "field");
	int64_t n;

	request_num(rq, "n", 1, &n);
	if (how == NULL || v == NULL || (field == NULL &&
	    strcmp(how, "status") != 0))
		return -1;
	if (strcmp(how, "set") == 0)
		return break_set_text(o, field, v);
	if (strcmp(how, "step") == 0)
		return break_set_step(o, n, field, v);
	if (strcmp(how, "date") == 0)
		return break_set_date(o, strcmp(field, "end") == 0, v);
	if (strcmp(how, "property") == 0)
		return break_set_property(m, o, field, v);
	if (strcmp(how, "status") != 0 || o->kind != QK_LOG || q_status_id(v) == 0)
		return -1;
	o->log.status = q_status_id(v);
	return 0;
}

static void
break_act(struct mock *m, struct qobj *o, struct request *rq, struct reply *rp)
{
	const char *how = request_arg(rq, "do");
	int quiet = request_flag(rq, "quiet", 0);

	if (how != NULL && strcmp(how, "delete") == 0) {
		if (o->kind == QK_CASE)
			qcase_delete(m, o);
		else
			qobj_delete(o);
		reply_qtest(rp, 200, "deleted");
		return;
	}
	if (how != NULL && strcmp(how, "duplicate") == 0) {
		break_duplicate(m, o);
		reply_qtest(rp, 200, "duplicated");
		return;
	}
	if (o->kind == QK_CASE && !quiet)
		qcase_bump(m, o);
	if ((qact_known(how) ? qact(m, o, rq) : break_change(m, o, rq)) == -1) {
		reply_qtest(rp, 400, "break: not understood");
		return;
	}
	if (!quiet)
		qobj_touch(o);
	reply_qtest(rp, 200, "changed");
}

void
qtest_break(struct mock *m, struct request *rq, struct reply *rp)
{
	enum qkind kind = break_kind_named(request_arg(rq, "kind"));
	const char *key = request_arg(rq, "key"), *how = request_arg(rq, "do");
	struct qobj *o = NULL;
	int64_t id;
	int i, restored = 0;

	request_num(rq, "project", 0, &id);
	for (i = 0; key != NULL && kind < QK_COUNT && o == NULL && !restored &&
	    i < m->qtest->nproject; i++) {
		if (id != 0 && m->qtest->project[i].id != id)
			continue;
		if (how != NULL && strcmp(how, "restore") == 0)
			restored = break_restore(m, &m->qtest->project[i], kind, key) == 0;
		else
			o = break_find(m, &m->qtest->project[i], kind, key);
	}
	if (restored)
		reply_qtest(rp, 200, "restored");
	else if (o == NULL)
		reply_qtest(rp, 404, "break: no such object");
	else
		break_act(m, o, rq, rp);
}
