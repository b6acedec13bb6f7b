#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/qtest.h"
#include "server/stamp.h"

static int
qtest_context_fits(const char *s)
{
	return s == NULL || (*s == '/' && s[strlen(s) - 1] != '/');
}

struct qtest *
qtest_open(const struct settings *set, struct err *e)
{
	struct qtest *q = mem_zalloc(sizeof(*q));
	const char *s = set->qtest_projects;
	struct err bad = { 0 };
	char *end;
	int64_t id;

	q->set = set;
	q->next_field = 9001;
	if (!qtest_context_fits(set->context))
		err_set(&bad, ZX_USAGE, "--context: want /PATH without a "
		    "slash at its end: %s", set->context);
	(void)q_status_rename(set->statuses, &bad);
	while (*s != '\0' && bad.code == 0) {
		id = strtoll(s, &end, 10);
		if (end == s || id <= 0) {
			err_set(&bad, ZX_USAGE, "--qtest-projects: %s", s);
			break;
		}
		q->project = mem_grow(q->project, (size_t)q->nproject + 1,
		    sizeof(*q->project));
		memset(&q->project[q->nproject], 0, sizeof(*q->project));
		q->project[q->nproject++].id = id;
		s = *end == ',' ? end + 1 : end;
	}
	for (id = 0; id < q->nproject && bad.code == 0; id++) {
		q->project[id].root = qobj_new(q, &q->project[id], QK_ROOT,
		    NULL);
		qfield_open(q, &q->project[id], &bad);
	}
	if (bad.code == 0)
		return q;
	*e = bad;
	qtest_free(q);
	return NULL;
}

void
qtest_stale(struct qtest *q, int64_t ms)
{
	q->stale_at = stamp_now_ms();
	q->stale_until = q->stale_at + ms;
}

struct qproject *
q_project(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct qtest *q = m->qtest;
	int64_t id;
	int i;

	if (!request_int(rq->cap[0], &id)) {
		reply_html(rp, 400, "HTTP Status 400 - Bad Request");
		return NULL;
	}
	for (i = 0; i < q->nproject; i++)
		if (q->project[i].id == id)
			return &q->project[i];
	reply_qtest(rp, 404, "Project does not exist.");
	return NULL;
}

struct qproject *
q_project_of(struct mock *m, const struct qobj *o)
{
	int i;

	for (i = 0; i < m->qtest->nproject; i++)
		if (m->qtest->project[i].root == o->root)
			return &m->qtest->project[i];
	return NULL;
}

static const char *const kind_names[QK_COUNT] = { "Project", "Module",
	"Test Case", "Release", "Build", "Test Cycle", "Test Suite",
	"Test Run", "Test Log", "Requirement", "Defect" };

struct qobj *
q_object(struct mock *m, struct qproject *p, enum qkind kind,
    const struct request *rq, int i, struct reply *rp)
{
	struct qobj *o;
	int64_t id;

	if (p == NULL)
		return NULL;
	o = qobj_named(m->qtest, p, kind, rq->cap[i]);
	if (o == NULL && strcmp(m->set->deleted, "readable") == 0 &&
	    strcmp(rq->method, "GET") == 0 && request_int(rq->cap[i], &id))
		o = qobj_deleted(m->qtest, p, kind, id);
	if (o == NULL)
		reply_qtest(rp, 404, "%s does not exist.", kind_names[kind]);
	return o;
}

struct qobj *
q_module(struct mock *m, struct qproject *p, int64_t id, struct reply *rp)
{
	struct qobj *o = qobj_find(m->qtest, p, QK_MODULE, id);

	if (o == NULL)
		reply_qtest(rp, 404, "Module does not exist");
	return o;
}

static int
qtest_parse_body(const struct request *rq, enum json_type type, const char *error,
    struct json *j, struct reply *rp)
{
	struct err e = { 0 };

	memset(j, 0, sizeof(*j));
	if (json_parse(j, buf_str(&rq->body), rq->body.len, NULL, &e) == 0 &&
	    json_type(j, "") == type)
		return 0;
	json_free(j);
	reply_qtest(rp, 400, "%s", error);
	return -1;
}

int
q_body(const struct request *rq, struct json *j, struct reply *rp)
{
	return qtest_parse_body(rq, JSON_OBJ, "The request body is not readable.", j, rp);
}

int
q_array_body(const struct request *rq, struct json *j, struct reply *rp)
{
	return qtest_parse_body(rq, JSON_ARR, "The request body must be an array.", j, rp);
}

/* Count the units of UTF-16, as the site does. */
static size_t
qtest_units(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) == 0x80 ? 0 : (*s & 0xf8) == 0xf0 ? 2 : 1;
	return n;
}

int
q_name(const struct json *j, int must, char **slot, struct reply *rp)
{
	const char *s = json_str(j, "name");
	size_t n = s == NULL ? 0 : qtest_units(s);

	if (s == NULL && !must)
		return 0;
	if (n < 1 || n > QTEST_NAME_MAX) {
		reply_qtest(rp, 400, "name: must be a text of 1 to 500 "
		    "characters");
		return -1;
	}
	free(*slot);
	*slot = mem_dup(s);
	return 0;
}

void
q_order(const struct json *j, struct qobj *o)
{
	if (json_type(j, "order") != JSON_NUM)
		return;
	o->order = json_int(j, "order", o->order);
	o->order_given = 1;
	qobj_place(o);
}

void
q_text(const struct json *j, const char *name, char **slot)
{
	const char *s = json_str(j, name);

	if (s == NULL)
		return;
	free(*slot);
	*slot = mem_dup(s);
}

static enum qkind
qtest_parent_kind(const char *type)
{
	if (strcmp(type, "release") == 0)
		return QK_RELEASE;
	if (strcmp(type, "test-cycle") == 0)
		return QK_CYCLE;
	if (strcmp(type, "test-suite") == 0)
		return QK_SUITE;
	return strcmp(type, "root") == 0 ? QK_ROOT : QK_ALL;
}

struct qobj *
q_parent(struct mock *m, struct qproject *p, const struct request *rq,
    enum qkind child, int *given, struct reply *rp)
{
	const char *type = request_arg(rq, "parentType");
	enum qkind kind;
	struct qobj *o;
	int64_t id;
	int have = request_num(rq, "parentId", 0, &id);

	if (p == NULL)
		return NULL;
	*given = have != 0 || type != NULL;
	kind = type == NULL || *type == '\0' ? QK_ROOT : qtest_parent_kind(type);
	if (have == -1 || kind == QK_ALL ||
	    (kind == QK_SUITE && child != QK_RUN)) {
		reply_qtest(rp, 400, "parentId, parentType: not valid");
		return NULL;
	}
	if (kind == QK_ROOT && id != 0) {
		reply_qtest(rp, 400, "parentType is required with parentId");
		return NULL;
	}
	if (kind == QK_ROOT)
		return p->root;
	o = qobj_find(m->qtest, p, kind, id);
	if (o == NULL)
		reply_qtest(rp, 404, "%s does not exist.", kind_names[kind]);
	return o;
}

void
q_parent_print(const struct qobj *o, struct buf *b)
{
	static const char *const names[QK_COUNT] = { [QK_ROOT] = "root",
	    [QK_RELEASE] = "release", [QK_CYCLE] = "test-cycle",
	    [QK_SUITE] = "test-suite" };

	json_out_int(b, "parentId", o->up->kind == QK_ROOT ? 0 : o->up->id);
	json_out_str(b, "parentType", names[o->up->kind]);
}

int
q_deep(const struct request *rq)
{
	const char *s = request_arg(rq, "expand");

	return s != NULL && strcmp(s, "descendants") == 0;
}

void
q_empty_list(struct buf *b, const char *name)
{
	json_out_open(b, name, '[');
	json_out_close(b, ']');
}

void
q_html(const struct mock *m, struct buf *b, const char *name, const char *s)
{
	static const char *const pairs[][2] = { { "<br>", "<br />" },
	    { "\xc2\xa0", "&nbsp;" }, { "'", "&#39;" }, { "&quot;", "\"" } };
	struct buf t = { 0 };
	size_t i, n;

	if (!m->set->rewrite || s == NULL) {
		json_out_str(b, name, s);
		return;
	}
	while (*s != '\0') {
		for (i = 0; i < 4; i++) {
			n = strlen(pairs[i][0]);
			if (strncmp(s, pairs[i][0], n) == 0)
				break;
		}
		if (i < 4) {
			buf_puts(&t, pairs[i][1]);
			s += n;
		} else
			buf_putc(&t, *s++);
	}
	json_out_str(b, name, buf_str(&t));
	buf_free(&t);
}

void
q_date(struct buf *b, const char *name, int64_t ms)
{
	char text[TIME_MAX];

	if (ms == 0) {
		json_out_null(b, name);
		return;
	}
	time_iso_offset(ms, text);
	json_out_str(b, name, text);
}

int
q_page(const struct mock *m, const struct request *rq, const char *size_name,
    int64_t dflt, int64_t max, struct qpage *p, struct reply *rp)
{
	p->size = dflt;
	if (request_num(rq, "page", 1, &p->page) == -1 || p->page < 1 ||
	    (strcmp(m->set->page_size, "heeded") == 0 &&
	    request_num(rq, size_name, dflt, &p->size) == -1) || p->size < 1) {
		reply_qtest(rp, 400, "page, %s: must be numbers from 1",
		    size_name);
		return -1;
	}
	if (m->set->qtest_cap > 0 && m->set->qtest_cap < max)
		max = m->set->qtest_cap;
	if (p->size > max)
		p->size = max;
	p->from = (p->page - 1) * p->size;
	p->to = p->from + p->size;
	return 0;
}

void
q_deleted(const struct mock *m, struct reply *rp)
{
	if (strcmp(m->set->delete_body, "none") == 0)
		return;
	json_out_open(&rp->body, NULL, '{');
	json_out_close(&rp->body, '}');
}

int
q_check_ids(const struct request *rq, struct reply *rp)
{
	int64_t id;
	int i;

	for (i = 0; i < rq->narg; i++)
		if (strcmp(rq->arg[i].name, "ids") == 0 &&
		    !request_int(rq->arg[i].value, &id)) {
			reply_qtest(rp, 400, "ids: not a number: %s", rq->arg[i].value);
			return -1;
		}
	return 0;
}

void
q_envelope_open(struct buf *b)
{
	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_open(b, "items", '[');
}

void
q_envelope_close(struct buf *b, const struct qpage *p, int64_t total)
{
	json_out_close(b, ']');
	json_out_int(b, "page", p->page);
	json_out_int(b, "page_size", p->size);
	json_out_int(b, "total", total);
	json_out_close(b, '}');
}

void
q_head(struct mock *m, const struct qobj *o, const char *name, struct buf *b)
{
	struct buf pid = { 0 };

	qobj_pid(o, &pid);
	q_empty_list(b, "links");
	json_out_int(b, "id", o->id);
	json_out_str(b, "name", name);
	json_out_int(b, "order", o->order);
	json_out_str(b, "pid", buf_str(&pid));
	q_date(b, "created_date", o->created);
	q_date(b, "last_modified_date", o->modified);
	if (o->kind != QK_MODULE && o->kind != QK_RUN && o->kind != QK_BUILD)
		json_out_fmt(b, "web_url", "%s/p/x/portal/project#id=%ld", m->base,
		    (long)o->id);
	buf_free(&pid);
}
