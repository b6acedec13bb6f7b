#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/hash.h"

#include "out.h"
#include "qtest_state.h"

struct state {
	struct mock		*m;
	struct qproject		*p;
	int			 normal;
};

static void	 print(const struct state *, const struct qobj *,
		    struct buf *);

static enum qtype
type_of(enum qkind k)
{
	switch (k) {
	case QK_CASE:
		return QT_CASES;
	case QK_RELEASE:
		return QT_RELEASES;
	case QK_BUILD:
		return QT_BUILDS;
	case QK_REQ:
		return QT_REQS;
	case QK_SUITE:
		return QT_SUITES;
	case QK_DEFECT:
		return QT_DEFECTS;
	default:
		return QT_RUNS;
	}
}

static void
path(const struct qobj *o, struct buf *b)
{
	if (o->up != NULL && o->up->kind != QK_ROOT) {
		path(o->up, b);
		buf_puts(b, " / ");
	}
	buf_puts(b, o->name == NULL ? "" : o->name);
}

void
qstate_address(struct mock *m, const struct qobj *o, struct buf *b)
{
	struct qproject *p = q_project_of(m, o);
	const struct qfield *f;
	const char *key = NULL;

	f = qfield_label(&p->schema[type_of(o->kind)], "Zephyr Key");
	if (f != NULL)
		key = qprop_value(o, f->id);
	if (key != NULL && *key != '\0')
		buf_puts(b, key);
	else
		path(o, b);
}

static void
ref(const struct state *s, const char *name, enum qkind kind, int64_t id,
    struct buf *b)
{
	const struct qobj *o = qobj_find(s->m->qtest, s->p, kind, id);
	struct buf t = { 0 };

	if (o == NULL) {
		out_null(b, name);
		return;
	}
	qstate_address(s->m, o, &t);
	out_str(b, name, buf_str(&t));
	buf_free(&t);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Children of a kind: in order, or sorted by what they say. */
static void
children(const struct state *s, const struct qobj *up, enum qkind kind,
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
		print(s, c, &t);
		v[n++] = mem_dup(buf_str(&t));
	}
	if (s->normal && kind != QK_LOG && n > 1)
		qsort(v, n, sizeof(*v), by_text);
	out_open(b, name, '[');
	for (i = 0; i < n; i++) {
		out_raw(b, NULL, v[i], strlen(v[i]));
		free(v[i]);
	}
	out_close(b, ']');
	free(v);
	buf_free(&t);
}

static void
files(const struct qfile *f, int n, struct buf *b)
{
	char sum[HASH_HEX];
	int i;

	out_open(b, "attachments", '[');
	for (i = 0; i < n; i++) {
		hash_text(f[i].data, f[i].len, sum);
		out_open(b, NULL, '{');
		out_str(b, "content_type", f[i].type);
		out_str(b, "name", f[i].name);
		out_str(b, "sha256", sum);
		out_int(b, "size", (int64_t)f[i].len);
		out_close(b, '}');
	}
	out_close(b, ']');
}

struct pair {
	const char	*label;
	char		*value;
};

static int
by_label(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return strcmp(x->label, y->label);
}

static void
properties(const struct state *s, const struct qobj *o, struct buf *b)
{
	enum qtype t = type_of(o->kind);
	struct pair *v = mem_get(((size_t)o->nprop + 1) * sizeof(*v));
	const struct qfield *f;
	struct buf label = { 0 };
	int i, n = 0;

	for (i = 0; i < o->nprop; i++) {
		f = qfield_find(&s->p->schema[t], o->prop[i].field);
		if (f == NULL)
			continue;
		buf_reset(&label);
		qprop_label(s->p, t, &o->prop[i], &label);
		v[n].label = f->label;
		v[n++].value = mem_dup(buf_str(&label));
	}
	qsort(v, (size_t)n, sizeof(*v), by_label);
	out_open(b, "properties", '{');
	for (i = 0; i < n; i++) {
		out_str(b, v[i].label, v[i].value);
		free(v[i].value);
	}
	out_close(b, '}');
	free(v);
	buf_free(&label);
}

static void
text(const struct state *s, const char *name, const char *t, struct buf *b)
{
	char *named = qparam_names(s->p, t);

	out_str(b, name, named);
	free(named);
}

static void
steps(const struct state *s, const struct qversion *v, struct buf *b)
{
	const struct qstep *st;
	int i;

	out_open(b, "steps", '[');
	for (i = 0; i < v->nstep; i++) {
		st = &v->step[i];
		out_open(b, NULL, '{');
		files(st->file, st->nfile, b);
		if (st->called != 0)
			ref(s, "called", QK_CASE, st->called, b);
		text(s, "description", st->desc, b);
		text(s, "expected", st->expect, b);
		if (!s->normal)
			out_int(b, "id", st->id);
		if (st->info != NULL)
			out_raw(b, "info", st->info, strlen(st->info));
		out_int(b, "order", st->order);
		out_close(b, '}');
	}
	out_close(b, ']');
}

static void
comments(const struct qobj *o, struct buf *b)
{
	int i;

	out_open(b, "comments", '[');
	for (i = 0; i < o->ncomment; i++)
		out_str(b, NULL, o->comment[i].text);
	out_close(b, ']');
}

static void
links(const struct state *s, const struct qobj *o, struct buf *b)
{
	const struct qobj *t;
	struct buf a = { 0 };
	char **v = mem_get(((size_t)o->nlink + 1) * sizeof(*v));
	int i;

	for (i = 0; i < o->nlink; i++) {
		buf_reset(&a);
		t = o->link[i].id == 0 ? NULL : qobj_find(s->m->qtest, s->p,
		    o->link[i].kind, o->link[i].id);
		if (t != NULL)
			qstate_address(s->m, t, &a);
		else if (o->link[i].text != NULL)
			buf_puts(&a, o->link[i].text);
		v[i] = mem_dup(buf_str(&a));
	}
	qsort(v, (size_t)o->nlink, sizeof(*v), by_text);
	out_open(b, "links", '[');
	for (i = 0; i < o->nlink; i++) {
		out_str(b, NULL, v[i]);
		free(v[i]);
	}
	out_close(b, ']');
	free(v);
	buf_free(&a);
}

/* id and server times; nothing in the normal form */
static void
server_part(const struct state *s, const struct qobj *o, struct buf *b)
{
	struct buf pid = { 0 };

	if (s->normal)
		return;
	qobj_pid(o, &pid);
	out_int(b, "id", o->id);
	q_date(b, "modified", o->modified);
	out_str(b, "pid", buf_str(&pid));
	buf_free(&pid);
}

static int64_t
position(const struct qobj *o)
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
	const struct qversion *v = &o->ver[o->nver - 1];

	files(o->file, o->nfile, b);
	comments(o, b);
	out_str(b, "description", o->desc);
	links(s, o, b);
	out_str(b, "name", o->name);
	if (o->order_given)
		out_int(b, "order", o->order);
	out_str(b, "precondition", o->pre);
	properties(s, o, b);
	steps(s, v, b);
	out_fmt(b, "version", "%ld.%ld", (long)v->major, (long)v->minor);
	out_int(b, "versions", o->nver);
}

static void
version_text(const struct state *s, const struct qobj *run, int64_t id,
    struct buf *b)
{
	const struct qobj *c = qobj_find(s->m->qtest, s->p, QK_CASE,
	    run->kase);
	const struct qversion *v = c == NULL ? NULL : qcase_version(c, id);

	if (v == NULL)
		out_null(b, "version");
	else
		out_fmt(b, "version", "%ld.%ld", (long)v->major,
		    (long)v->minor);
}

/* Of which step: its order in the version that was logged. */
static int64_t
step_order(const struct state *s, int64_t kase, int64_t id)
{
	const struct qobj *c = qobj_find(s->m->qtest, s->p, QK_CASE, kase);
	int i, k;

	for (i = 0; c != NULL && i < c->nver; i++)
		for (k = 0; k < c->ver[i].nstep; k++)
			if (c->ver[i].step[k].id == id)
				return c->ver[i].step[k].order;
	return 0;
}

static void
log_steps(const struct state *s, const struct qobj *o, struct buf *b)
{
	const struct qsteplog *l;
	int i;

	out_open(b, "steps", '[');
	for (i = 0; i < o->nslog; i++) {
		l = &o->slog[i];
		out_open(b, NULL, '{');
		out_str(b, "actual", l->actual);
		files(l->file, l->nfile, b);
		if (l->called != 0)
			ref(s, "called", QK_CASE, l->called, b);
		text(s, "description", l->desc, b);
		text(s, "expected", l->expect, b);
		out_int(b, "order", l->order);
		out_str(b, "status", q_status_name(l->status));
		out_int(b, "step", step_order(s, l->called != 0 ? l->called :
		    o->up->kase, l->step));
		out_close(b, '}');
	}
	out_close(b, ']');
}

static void
log_state(const struct state *s, const struct qobj *o, struct buf *b)
{
	if (o->actual >= 0)
		out_int(b, "actual_exe_time", o->actual);
	files(o->file, o->nfile, b);
	q_date(b, "end", o->end);
	links(s, o, b);
	out_str(b, "note", o->desc);
	if (o->planned >= 0)
		out_int(b, "planned_exe_time", o->planned);
	properties(s, o, b);
	q_date(b, "start", o->start);
	out_str(b, "status", q_status_name(o->status));
	log_steps(s, o, b);
	version_text(s, o->up, o->version, b);
}

static void
folder_state(const struct state *s, const struct qobj *o, struct buf *b)
{
	if (o->kind == QK_MODULE)
		children(s, o, QK_CASE, "cases", b);
	else if (o->kind != QK_SUITE)
		children(s, o, QK_CYCLE, "cycles", b);
	out_str(b, "description", o->desc);
	if (o->kind == QK_RELEASE)
		q_date(b, "end", o->end);
	if (o->kind == QK_MODULE)
		children(s, o, QK_MODULE, "modules", b);
	out_str(b, "name", o->name);
	if (o->kind == QK_RELEASE)
		out_str(b, "note", o->pre);
	if (o->kind == QK_MODULE || o->kind == QK_CYCLE)
		out_int(b, "position", position(o));
	if (o->kind == QK_RELEASE || o->kind == QK_SUITE)
		properties(s, o, b);
	if (o->kind == QK_MODULE)
		children(s, o, QK_REQ, "requirements", b);
	else
		children(s, o, QK_RUN, "runs", b);
	if (o->kind == QK_RELEASE)
		q_date(b, "start", o->start);
	if (o->kind == QK_RELEASE || o->kind == QK_CYCLE)
		children(s, o, QK_SUITE, "suites", b);
	if (o->release != 0)
		ref(s, "target_release", QK_RELEASE, o->release, b);
}

static void
print(const struct state *s, const struct qobj *o, struct buf *b)
{
	out_open(b, NULL, '{');
	server_part(s, o, b);
	switch (o->kind) {
	case QK_CASE:
		case_state(s, o, b);
		break;
	case QK_RUN:
		ref(s, "case", QK_CASE, o->kase, b);
		children(s, o, QK_LOG, "logs", b);
		out_str(b, "name", o->name);
		properties(s, o, b);
		version_text(s, o, o->version, b);
		break;
	case QK_LOG:
		log_state(s, o, b);
		break;
	case QK_REQ:
	case QK_DEFECT:
		links(s, o, b);
		out_str(b, "name", o->name);
		properties(s, o, b);
		break;
	default:
		folder_state(s, o, b);
	}
	out_close(b, '}');
}

static void
fields(const struct state *s, struct buf *b)
{
	static const char *const names[QT_COUNT] = { "releases", "builds",
	    "requirements", "test-cases", "test-suites", "test-runs",
	    "defects", "test-steps" };
	const struct qfield *f;
	int t, i;

	out_open(b, "fields", '[');
	for (t = 0; t < QT_COUNT; t++)
		for (i = 0; i < s->p->schema[t].n; i++) {
			f = &s->p->schema[t].v[i];
			if (!f->system)
				out_fmt(b, NULL, "%s/%s:%d", names[t],
				    f->label, f->type);
		}
	out_close(b, ']');
}

static void
project(const struct state *s, struct buf *b)
{
	const struct qobj *r = s->p->root;
	int i;

	out_open(b, NULL, '{');
	children(s, r, QK_CYCLE, "cycles", b);
	children(s, r, QK_DEFECT, "defects", b);
	fields(s, b);
	children(s, r, QK_MODULE, "modules", b);
	out_open(b, "parameters", '[');
	for (i = 0; i < s->p->nparam; i++)
		out_str(b, NULL, s->p->param[i].name);
	out_close(b, ']');
	out_int(b, "project", s->p->id);
	children(s, r, QK_RELEASE, "releases", b);
	children(s, r, QK_REQ, "requirements", b);
	children(s, r, QK_RUN, "runs", b);
	children(s, r, QK_SUITE, "suites", b);
	out_close(b, '}');
}

void
qstate_print(struct mock *m, int64_t id, int normal, struct buf *b)
{
	struct state s = { .m = m, .normal = normal };
	int i;

	out_open(b, NULL, '[');
	for (i = 0; i < m->qtest->nproject; i++) {
		s.p = &m->qtest->project[i];
		if (id == 0 || s.p->id == id)
			project(&s, b);
	}
	out_close(b, ']');
	buf_putc(b, '\n');
}
