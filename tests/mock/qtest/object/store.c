#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "qtest/api.h"
#include "server/stamp.h"

enum { BASE = 1000 };		/* ids start at BASE * 32 */

int64_t
qobj_serial(struct qtest *q, enum qkind kind)
{
	return (BASE + q->serial[kind]++) * 32 + (int64_t)kind;
}

void
qobj_attach(struct qobj *o, struct qobj *up)
{
	o->up = up;
	if (up == NULL)
		return;
	o->prev = up->last;
	o->next = NULL;
	if (up->last != NULL)
		up->last->next = o;
	else
		up->first = o;
	up->last = o;
}

void
qobj_detach(struct qobj *o)
{
	struct qobj *up = o->up;

	if (up == NULL)
		return;
	if (o->prev != NULL)
		o->prev->next = o->next;
	else
		up->first = o->next;
	if (o->next != NULL)
		o->next->prev = o->prev;
	else
		up->last = o->prev;
	o->up = o->prev = o->next = NULL;
}

struct qobj *
qobj_new(struct qtest *q, struct qproject *p, enum qkind kind,
    struct qobj *up)
{
	struct qobj *o = mem_zalloc(sizeof(*o)), *c;
	int64_t n = q->nobj[kind];

	if (n % 1024 == 0)
		q->obj[kind] = mem_grow(q->obj[kind], (size_t)n + 1024,
		    sizeof(o));
	q->obj[kind][q->nobj[kind]++] = o;
	o->kind = kind;
	o->id = (BASE + n) * 32 + (int64_t)kind;
	o->num = ++p->num[kind];
	o->root = p->root == NULL ? o : p->root;
	o->created = o->modified = stamp_now_ms();
	if (kind == QK_LOG)
		o->log.planned = o->log.actual = -1;
	o->order = 1;
	for (c = up == NULL ? NULL : up->last; c != NULL; c = c->prev)
		if (c->kind == kind) {
			o->order = c->order + 1;
			break;
		}
	qobj_attach(o, up);
	return o;
}

struct qobj *
qobj_find(const struct qtest *q, const struct qproject *p, enum qkind kind,
    int64_t id)
{
	int64_t n = id / 32 - BASE;
	struct qobj *o;

	if (id <= 0 || id % 32 != (int64_t)kind || n < 0 ||
	    n >= q->nobj[kind])
		return NULL;
	o = q->obj[kind][n];
	return o->gone || o->root != p->root ? NULL : o;
}

const char *
qobj_prefix(enum qkind kind)
{
	static const char *const names[QK_COUNT] = { "PR", "MD", "TC", "RL",
	    "BL", "CL", "TS", "TR", "TL", "RQ", "DF" };

	return names[kind];
}

struct qobj *
qobj_named(const struct qtest *q, const struct qproject *p, enum qkind kind,
    const char *s)
{
	size_t len = strlen(qobj_prefix(kind));
	struct qobj *o;
	int64_t n, i;

	if (request_int(s, &n))
		return qobj_find(q, p, kind, n);
	if (strncmp(s, qobj_prefix(kind), len) != 0 || s[len] != '-' ||
	    !request_int(s + len + 1, &n))
		return NULL;
	for (i = 0; i < q->nobj[kind]; i++) {
		o = q->obj[kind][i];
		if (o->num == n && o->root == p->root && !o->gone)
			return o;
	}
	return NULL;
}

void
qobj_move(struct qobj *o, struct qobj *up)
{
	qobj_detach(o);
	qobj_attach(o, up);
	qobj_touch(o);
}

/* Siblings of a kind are sorted by order, those of equal order by age. */
void
qobj_place(struct qobj *o)
{
	struct qobj *up = o->up, *c;

	if (up == NULL)
		return;
	qobj_detach(o);
	for (c = up->last; c != NULL; c = c->prev)
		if (c->kind == o->kind && c->order <= o->order)
			break;
	if (c == NULL)		/* before the first of its kind */
		c = up->first;
	else
		c = c->next;
	if (c == NULL) {
		qobj_attach(o, up);
		return;
	}
	o->up = up;
	o->next = c;
	o->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = o;
	else
		up->first = o;
	c->prev = o;
}

void
qobj_touch(struct qobj *o)
{
	o->modified = stamp_now_ms();
}

struct qobj *
qobj_child(const struct qobj *up, const struct qobj *p, enum qkind kind)
{
	struct qobj *c = p == NULL ? up->first : p->next;

	while (c != NULL && c->kind != kind)
		c = c->next;
	return c;
}

struct qobj *
qobj_walk(const struct qobj *top, const struct qobj *p, enum qkind kind)
{
	const struct qobj *c = p == NULL ? top : p;

	for (;;) {
		if (c->first != NULL)
			c = c->first;
		else {
			while (c != top && c->next == NULL)
				c = c->up;
			if (c == top)
				return NULL;
			c = c->next;
		}
		if (c->kind == kind)
			return c->prev != NULL ? c->prev->next : c->up->first;
	}
}

void
qobj_pid(const struct qobj *o, struct buf *b)
{
	buf_printf(b, "%s-%ld", qobj_prefix(o->kind), (long)o->num);
}

void
qfile_free(struct qfile *f)
{
	free(f->name);
	free(f->type);
	content_free(f->content);
}

static void
store_free_files(struct qfile *f, int n)
{
	int i;

	for (i = 0; i < n; i++)
		qfile_free(&f[i]);
	free(f);
}

void
qstep_free(struct qstep *s)
{
	free(s->desc);
	free(s->expect);
	free(s->info);
	store_free_files(s->file, s->nfile);
	free(s->link.v);
}

void
qversion_free(struct qversion *v)
{
	int i;

	for (i = 0; i < v->nstep; i++)
		qstep_free(&v->step[i]);
	free(v->step);
}

static void
store_free_case(struct qobj *o)
{
	int i;

	for (i = 0; i < o->tc.nver; i++)
		qversion_free(&o->tc.ver[i]);
	free(o->tc.ver);
}

static void
store_free_log(struct qobj *o)
{
	int i;

	for (i = 0; i < o->log.nslog; i++) {
		free(o->log.slog[i].desc);
		free(o->log.slog[i].expect);
		free(o->log.slog[i].actual);
		free(o->log.slog[i].date);
		store_free_files(o->log.slog[i].file, o->log.slog[i].nfile);
		free(o->log.slog[i].link.v);
	}
	free(o->log.slog);
	free(o->log.build_number);
}

static void
store_free_object(struct qobj *o)
{
	int i;

	for (i = 0; i < o->nprop; i++)
		free(o->prop[i].value);
	for (i = 0; i < o->ncomment; i++)
		free(o->comment[i].text);
	store_free_files(o->file, o->nfile);
	if (o->kind == QK_CASE)
		store_free_case(o);
	else if (o->kind == QK_LOG)
		store_free_log(o);
	free(o->prop);
	free(o->comment);
	free(o->link.v);
	free(o->name);
	free(o->desc);
	free(o->pre);
	free(o);
}

void
qtest_free(struct qtest *q)
{
	int64_t i;
	int k, t;

	if (q == NULL)
		return;
	for (k = 0; k < QK_COUNT; k++) {
		for (i = 0; i < q->nobj[k]; i++)
			store_free_object(q->obj[k][i]);
		free(q->obj[k]);
	}
	for (k = 0; k < q->nproject; k++) {
		for (t = 0; t < QT_COUNT; t++)
			qschema_free(&q->project[k].schema[t]);
		for (t = 0; t < q->project[k].nparam; t++)
			free(q->project[k].param[t].name);
		free(q->project[k].param);
		for (t = 0; t < q->project[k].nexternal; t++) {
			free(q->project[k].external[t].key);
			free(q->project[k].external[t].link.v);
		}
		free(q->project[k].external);
	}
	free(q->project);
	free(q->token);
	free(q);
}
