#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/owner.h"
#include "qtest/state/part.h"
#include "qtest/state/state.h"

enum qtype
part_type_of(enum qkind k)
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
part_path(const struct qobj *o, struct buf *b)
{
	if (o->up != NULL && o->up->kind != QK_ROOT) {
		part_path(o->up, b);
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

	f = qfield_label(&p->schema[part_type_of(o->kind)], "Zephyr Key");
	if (f != NULL)
		key = qprop_value(o, f->id);
	if (key != NULL && *key != '\0')
		buf_puts(b, key);
	else
		part_path(o, b);
}

void
qpart_ref(const struct state *s, const char *name, enum qkind kind, int64_t id,
    struct buf *b)
{
	const struct qobj *o = qobj_find(s->m->qtest, s->p, kind, id);
	struct buf t = { 0 };

	if (o == NULL) {
		json_out_null(b, name);
		return;
	}
	qstate_address(s->m, o, &t);
	json_out_str(b, name, buf_str(&t));
	buf_free(&t);
}

int
qpart_by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
part_by_name(const void *a, const void *b)
{
	const struct qfile *f = *(const struct qfile *const *)a;
	const struct qfile *g = *(const struct qfile *const *)b;
	int d = strcmp(f->name, g->name);

	return d != 0 ? d : strcmp(content_sum(f->content), content_sum(g->content));
}

void
qpart_files(const struct state *s, const struct qfile *f, int n, struct buf *b)
{
	const struct qfile **v = mem_zalloc(((size_t)n + 1) * sizeof(*v));
	int i;

	for (i = 0; i < n; i++)
		v[i] = &f[i];
	if (s->normal)
		qsort(v, (size_t)n, sizeof(*v), part_by_name);
	json_out_open(b, "attachments", '[');
	for (i = 0; i < n; i++) {
		json_out_open(b, NULL, '{');
		json_out_str(b, "content_type", v[i]->type);
		json_out_str(b, "name", v[i]->name);
		json_out_str(b, "sha256", content_sum(v[i]->content));
		json_out_int(b, "size", (int64_t)content_len(v[i]->content));
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
	free(v);
}

void
qpart_some_files(const struct state *s, const struct qobj *o, struct buf *b)
{
	if (o->nfile > 0)
		qpart_files(s, o->file, o->nfile, b);
}

struct pair {
	const char	*label;
	char		*value;
};

static int
part_by_label(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return strcmp(x->label, y->label);
}

void
qpart_properties(const struct state *s, const struct qobj *o, struct buf *b)
{
	enum qtype t = part_type_of(o->kind);
	struct pair *v = mem_zalloc(((size_t)o->nprop + 1) * sizeof(*v));
	const struct qfield *f;
	struct buf label = { 0 };
	int i, n = 0;

	for (i = 0; i < o->nprop; i++) {
		f = qfield_find(&s->p->schema[t], o->prop[i].field);
		if (f == NULL || o->prop[i].inherited)
			continue;
		buf_reset(&label);
		qprop_label(s->p, t, &o->prop[i], &label);
		v[n].label = f->label;
		v[n++].value = mem_dup(buf_str(&label));
	}
	qsort(v, (size_t)n, sizeof(*v), part_by_label);
	json_out_open(b, "properties", '{');
	for (i = 0; i < n; i++) {
		json_out_str(b, v[i].label, v[i].value);
		free(v[i].value);
	}
	json_out_close(b, '}');
	free(v);
	buf_free(&label);
}

void
qpart_text(const struct state *s, const char *name, const char *t, struct buf *b)
{
	char *named = qparam_names(s->p, t);

	json_out_str(b, name, named);
	free(named);
}

/* Return the kind of object that a number in an address stands for, QK_COUNT if none. */
static enum qkind
part_page_kind(long object)
{
	switch (object) {
	case 1:
		return QK_CASE;
	case 2:
		return QK_SUITE;
	case 3:
		return QK_RUN;
	case 4:
		return QK_CYCLE;
	case 8:
		return QK_RELEASE;
	default:
		return QK_COUNT;
	}
}

void
qpart_pages(const struct state *s, struct buf *text)
{
	static const char page[] = "/portal/project#tab=";
	const char *from = buf_str(text), *p = from, *start, *id;
	const struct qobj *o;
	struct buf out = { 0 };
	enum qkind kind;
	char *end, site[300];
	size_t n;

	n = (size_t)snprintf(site, sizeof(site), "%s/p/%ld", s->m->base, s->p->id);
	while ((p = strstr(p, page)) != NULL) {
		start = p;
		p += sizeof(page);
		kind = (id = strstr(p, "object=")) != NULL ?
		    part_page_kind(strtol(id + 7, &end, 10)) : QK_COUNT;
		if (kind == QK_COUNT || strncmp(end, "&amp;id=", 8) != 0)
			continue;
		id = strchr(end, '=') + 1;
		o = qobj_find(s->m->qtest, s->p, kind, strtol(id, &end, 10));
		if (o == NULL || end == id)
			continue;
		if ((size_t)(start - from) >= n && strncmp(start - n, site, n) == 0) {
			buf_add(&out, from, (size_t)(start - from) - n);
			from = start;
		}
		buf_add(&out, from, (size_t)(id - from));
		qstate_address(s->m, o, &out);
		p = from = end;
	}
	if (out.len > 0) {
		buf_puts(&out, from);
		buf_free(text);
		*text = out;
	}
}

void
qpart_steps(const struct state *s, const struct qversion *v, struct buf *b)
{
	const struct qstep *st;
	int i;

	json_out_open(b, "steps", '[');
	for (i = 0; i < v->nstep; i++) {
		st = &v->step[i];
		json_out_open(b, NULL, '{');
		qpart_files(s, st->file, st->nfile, b);
		if (st->called != 0)
			qpart_ref(s, "called", QK_CASE, st->called, b);
		qpart_text(s, "description", st->desc, b);
		qpart_text(s, "expected", st->expect, b);
		if (!s->normal)
			json_out_int(b, "id", st->id);
		if (st->info != NULL)
			json_out_raw(b, "info", st->info, strlen(st->info));
		qpart_links(s, &st->link, 0, b);
		json_out_int(b, "order", st->order);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

void
qpart_comments(const struct qobj *o, struct buf *b)
{
	int i;

	json_out_open(b, "comments", '[');
	for (i = 0; i < o->ncomment; i++)
		json_out_str(b, NULL, o->comment[i].text);
	json_out_close(b, ']');
}

/* Print the name of an end of a link. */
static void
part_end(const struct state *s, const struct qlink *l, struct buf *b)
{
	struct qowner to;

	if (qowner_at(s->m, s->p, l->kind, l->id, &to) == -1)
		return;
	if (to.o != NULL)
		qstate_address(s->m, to.o, b);
	else
		buf_puts(b, to.key);
	if (to.kind >= QK_COUNT)
		buf_puts(b, to.kind == QK_STEP ? " / step" : " / step log");
}

void
qpart_links(const struct state *s, const struct qlinks *l, int always, struct buf *b)
{
	struct buf a = { 0 };
	char **v = mem_zalloc(((size_t)l->n + 1) * sizeof(*v));
	int i, n = 0;

	for (i = 0; i < l->n; i++) {
		buf_reset(&a);
		part_end(s, &l->v[i], &a);
		if (a.len > 0)
			v[n++] = mem_dup(buf_str(&a));
	}
	qsort(v, (size_t)n, sizeof(*v), qpart_by_text);
	if (always || n > 0)
		json_out_open(b, "links", '[');
	for (i = 0; i < n; i++) {
		json_out_str(b, NULL, v[i]);
		free(v[i]);
	}
	if (always || n > 0)
		json_out_close(b, ']');
	free(v);
	buf_free(&a);
}

void
qpart_server_part(const struct state *s, const struct qobj *o, struct buf *b)
{
	struct buf pid = { 0 };

	if (s->normal)
		return;
	qobj_pid(o, &pid);
	json_out_int(b, "id", o->id);
	q_date(b, "modified", o->modified);
	json_out_str(b, "pid", buf_str(&pid));
	buf_free(&pid);
}
