#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/*
 * Return the length of the name in [~name], of which s is behind "[~", or 0.  Such
 * a text in a step is a parameter of the project; it is stored and shown as [~123]
 * (qtest-api.md 2.4).
 */
static size_t
step_ident_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '-')
		n++;
	return n > 0 && s[n] == ']' ? n : 0;
}

static int64_t
step_param_id(struct qtest *q, struct qproject *p, const char *name, size_t len)
{
	int i;

	for (i = 0; i < p->nparam; i++)
		if (strlen(p->param[i].name) == len &&
		    memcmp(p->param[i].name, name, len) == 0)
			return p->param[i].id;
	p->param = mem_grow(p->param, (size_t)i + 1, sizeof(*p->param));
	p->param[i].id = qobj_serial(q, QK_PARAM);
	p->param[i].name = mem_dupn(name, len);
	p->nparam++;
	return p->param[i].id;
}

char *
qparam_store(struct qtest *q, struct qproject *p, const char *s)
{
	struct buf b = { 0 };
	const char *at;
	size_t n;

	if (s == NULL)
		return NULL;
	while ((at = strstr(s, "[~")) != NULL) {
		buf_add(&b, s, (size_t)(at - s) + 2);
		n = step_ident_len(at + 2);
		if (n > 0)
			buf_int(&b, step_param_id(q, p, at + 2, n));
		s = at + 2 + n;
	}
	buf_puts(&b, s);
	return buf_take(&b, NULL);
}

char *
qparam_names(const struct qproject *p, const char *s)
{
	struct buf b = { 0 };
	const char *at;
	int64_t id;
	char *end;
	int i;

	if (s == NULL)
		return NULL;
	while ((at = strstr(s, "[~")) != NULL) {
		buf_add(&b, s, (size_t)(at - s) + 2);
		id = strtoll(at + 2, &end, 10);
		for (i = 0; i < p->nparam && p->param[i].id != id; i++)
			;
		if (i < p->nparam && *end == ']') {
			buf_puts(&b, p->param[i].name);
			s = end;
		} else
			s = at + 2;
	}
	buf_puts(&b, s);
	return buf_take(&b, NULL);
}

static int
step_refuse(struct reply *rp, const char *why)
{
	reply_qtest(rp, 400, "test_steps: %s", why);
	return -1;
}

static int
step_read_call(struct mock *m, struct qproject *p, const struct json *row,
    struct qstep *s, struct reply *rp)
{
	s->called = json_int(row, "called_test_case_id", 0);
	if (s->called == 0 ||
	    qobj_find(m->qtest, p, QK_CASE, s->called) != NULL)
		return 0;
	reply_qtest(rp, 404, "Called Test Case does not exist.");
	return -1;
}

int
qstep_take(struct mock *m, struct qproject *p, const struct json *row,
    int64_t dflt_order, struct qstep *s, struct reply *rp)
{
	const char *desc = json_str(row, "description");
	const char *expect = json_str(row, "expected");
	struct json info;
	struct buf b = { 0 };

	memset(s, 0, sizeof(*s));
	if (json_type(row, "") != JSON_OBJ)
		return step_refuse(rp, "a step must be an object");
	if (step_read_call(m, p, row, s, rp) == -1)
		return -1;
	if (s->called == 0 && (desc == NULL || expect == NULL))
		return step_refuse(rp, "description and expected are required");
	s->order = json_int(row, "order", dflt_order);
	if (s->order < 1)
		return step_refuse(rp, "order must be 1 or more");
	s->id = qobj_serial(m->qtest, QK_STEP);
	s->desc = qparam_store(m->qtest, p, desc == NULL ? "" : desc);
	s->expect = qparam_store(m->qtest, p, expect == NULL ? "" : expect);
	info = json_get(row, "customFieldInfo");
	if (info.set && json_type(&info, "") == JSON_ARR) {
		json_dump(&info, &b);
		s->info = buf_take(&b, NULL);
	}
	json_free(&info);
	if (qfile_take(m, row, &s->file, &s->nfile, rp) == 0)
		return 0;
	qstep_free(s);
	return -1;
}

static void
step_text(const struct mock *m, const struct qproject *p, const char *name,
    const char *s, int idents, struct buf *b)
{
	char *t = idents ? qparam_names(p, s) : NULL;

	q_html(m, b, name, t == NULL ? s : t);
	free(t);
}

static void
step_body(struct mock *m, const struct qproject *p, const struct qstep *s,
    int idents, struct buf *b)
{
	const struct qobj *called = s->called == 0 ? NULL :
	    qobj_find(m->qtest, p, QK_CASE, s->called);

	q_empty_list(b, "links");
	json_out_int(b, "id", s->id);
	step_text(m, p, "description", s->desc, idents, b);
	step_text(m, p, "expected", s->expect, idents, b);
	json_out_int(b, "order", s->order);
	qfiles_print(m, "attachments", s->file, s->nfile, s->id, b);
	if (s->info != NULL)
		json_out_raw(b, "customFieldInfo", s->info, strlen(s->info));
	json_out_int(b, "group", 0);
	if (s->called != 0) {
		json_out_str(b, "called_test_case_name", called == NULL ? NULL :
		    called->name);
		json_out_int(b, "called_test_case_id", s->called);
	}
}

void
qstep_print(struct mock *m, const struct qproject *p, const struct qstep *s,
    int idents, struct buf *b)
{
	json_out_open(b, NULL, '{');
	step_body(m, p, s, idents, b);
	json_out_close(b, '}');
}

/* Find the case that a step calls and return its version, the approved one if there
   is one; NULL for a case that does not exist or calls that are too deep. */
static const struct qversion *
step_called_version(struct mock *m, const struct qproject *p, const struct qstep *by,
    int depth, const struct qobj **c)
{
	const struct qversion *v;

	*c = qobj_find(m->qtest, p, QK_CASE, by->called);
	if (*c == NULL || depth > 20)
		return NULL;
	v = qcase_approved(*c);
	return v == NULL ? qcase_current(*c) : v;
}

/*
 * Print the steps of a called case as called_test_case.test_steps of the step by,
 * which calls it; each has parent_test_step_id and called_test_case_id.
 */
static void
step_called_print(struct mock *m, const struct qproject *p, const struct qstep *by,
    int64_t root, int idents, int depth, struct buf *b)
{
	const struct qobj *c;
	const struct qversion *v = step_called_version(m, p, by, depth, &c);
	const struct qstep *s;
	int i;

	if (v == NULL)
		return;
	json_out_open(b, "called_test_case", '{');
	json_out_int(b, "id", c->id);
	json_out_str(b, "name", c->name);
	json_out_int(b, "test_case_version_id", v->id);
	json_out_open(b, "test_steps", '[');
	for (i = 0; i < v->nstep; i++) {
		s = &v->step[i];
		json_out_open(b, NULL, '{');
		step_body(m, p, s, idents, b);
		if (s->called == 0)
			json_out_int(b, "called_test_case_id", c->id);
		json_out_int(b, "parent_test_step_id", by->id);
		json_out_int(b, "root_called_test_case_id", root);
		if (s->called != 0)
			step_called_print(m, p, s, root, idents, depth + 1, b);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
	json_out_close(b, '}');
}

/* Print the steps of a called case, at all depths, as siblings of the step by, which
   calls it; each has its case and the calling step of the version that is listed. */
static void
step_flat_print(struct mock *m, const struct qproject *p, const struct qstep *by,
    int64_t parent, int64_t root, int idents, int depth, struct buf *b)
{
	const struct qobj *c;
	const struct qversion *v = step_called_version(m, p, by, depth, &c);
	const struct qstep *s;
	int i;

	for (i = 0; v != NULL && i < v->nstep; i++) {
		s = &v->step[i];
		if (s->called != 0) {
			step_flat_print(m, p, s, parent, root, idents, depth + 1, b);
			continue;
		}
		json_out_open(b, NULL, '{');
		step_body(m, p, s, idents, b);
		json_out_int(b, "called_test_case_id", c->id);
		json_out_int(b, "parent_test_step_id", parent);
		json_out_int(b, "root_called_test_case_id", root);
		json_out_close(b, '}');
	}
}

void
qsteps_print(struct mock *m, const struct qproject *p,
    const struct qversion *v, int expand, int idents, int64_t from, int64_t to,
    struct buf *b)
{
	int nested = expand && strcmp(m->set->called, "nested") == 0;
	int flat = expand && strcmp(m->set->called, "flat") == 0;
	const struct qstep *s;
	int64_t i;

	json_out_name(b, NULL);
	buf_putc(b, '[');
	for (i = from; i < v->nstep && i < to; i++) {
		s = &v->step[i];
		json_out_open(b, NULL, '{');
		step_body(m, p, s, idents, b);
		if (nested && s->called != 0)
			step_called_print(m, p, s, s->called, idents, 0, b);
		json_out_close(b, '}');
		if (flat && s->called != 0)
			step_flat_print(m, p, s, s->id, s->called, idents, 0, b);
	}
	json_out_close(b, ']');
}
