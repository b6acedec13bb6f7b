#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* Links between objects, defects of logs, comments. */

static void
link_add(struct qobj *o, enum qkind kind, int64_t id, const char *text)
{
	int i;

	for (i = 0; i < o->nlink; i++)
		if (o->link[i].kind == kind && o->link[i].id == id &&
		    (text == NULL || strcmp(o->link[i].text, text) == 0))
			return;
	o->link = mem_grow(o->link, (size_t)o->nlink + 1, sizeof(*o->link));
	o->link[o->nlink].kind = kind;
	o->link[o->nlink].id = id;
	o->link[o->nlink++].text = mem_dup(text);
}

static void
link_drop(struct qobj *o, enum qkind kind, int64_t id, const char *text)
{
	int i;

	for (i = 0; i < o->nlink; i++)
		if (o->link[i].kind == kind && o->link[i].id == id &&
		    (text == NULL || strcmp(o->link[i].text, text) == 0)) {
			free(o->link[i].text);
			o->link[i] = o->link[--o->nlink];
			return;
		}
}

void
qdefects_take(const struct json *j, struct qobj *o)
{
	struct json rows = json_get(j, "defects"), row;
	int i, n = rows.set ? json_len(&rows, "") : 0;
	const char *key;

	for (i = 0; i < n; i++) {
		row = json_at(&rows, i);
		key = json_str(&row, "external_defect_id");
		if (key == NULL)
			key = json_str(&row, "pid");
		if (key != NULL)
			link_add(o, QK_DEFECT, 0, key);
		json_free(&row);
	}
	json_free(&rows);
}

static void
link_defects_print(const struct qobj *o, const char *name, struct buf *b)
{
	int i;

	json_out_open(b, name, '[');
	for (i = 0; i < o->nlink; i++) {
		if (o->link[i].kind != QK_DEFECT || o->link[i].text == NULL)
			continue;
		json_out_open(b, NULL, '{');
		json_out_str(b, "external_defect_id", o->link[i].text);
		json_out_str(b, "pid", o->link[i].text);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
}

void
qdefects_print(const struct qobj *o, struct buf *b)
{
	link_defects_print(o, "defects", b);
}

static void
link_print(struct mock *m, const struct qproject *p, const struct qobj *o,
    enum qkind kind, struct buf *b)
{
	struct buf pid = { 0 };
	const struct qobj *t;
	int i;

	qobj_pid(o, &pid);
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", o->id);
	json_out_str(b, "pid", buf_str(&pid));
	json_out_open(b, "objects", '[');
	for (i = 0; i < o->nlink; i++) {
		if (o->link[i].kind != kind || o->link[i].id == 0)
			continue;
		t = qobj_find(m->qtest, p, kind, o->link[i].id);
		if (t == NULL)
			continue;
		buf_reset(&pid);
		qobj_pid(t, &pid);
		json_out_open(b, NULL, '{');
		json_out_int(b, "id", t->id);
		json_out_str(b, "pid", buf_str(&pid));
		json_out_str(b, "link_type", "is covered by");
		json_out_fmt(b, "self", "%s/api/v3/projects/%ld/%ld", m->base,
		    (long)p->id, (long)t->id);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
	json_out_close(b, '}');
	buf_free(&pid);
}

static void
link_one(struct mock *m, struct qproject *p, struct qobj *o, enum qkind kind,
    int64_t id, int del)
{
	struct qobj *t = qobj_find(m->qtest, p, kind, id);

	if (t == NULL)		/* ignore an object that does not exist */
		return;
	if (del) {
		link_drop(o, kind, id, NULL);
		link_drop(t, o->kind, o->id, NULL);
	} else {
		link_add(o, kind, id, NULL);
		link_add(t, o->kind, o->id, NULL);
	}
}

/* Return the object that the path names, or NULL with the error in the reply.  Cases
   and runs are linked from the requirement (qtest-api.md 2.13). */
static struct qobj *
link_source(struct mock *m, struct qproject *p, const struct request *rq,
    struct reply *rp)
{
	enum qkind k = q_kind_of_type(rq->cap[1]);
	struct qobj *o;

	if (p == NULL)
		return NULL;
	if (k != QK_REQ && k != QK_BUILD && k != QK_LOG && k != QK_RELEASE) {
		reply_qtest(rp, 400, "Object type is not valid: %s",
		    rq->cap[1]);
		return NULL;
	}
	o = qobj_named(m->qtest, p, k, rq->cap[2]);
	if (o == NULL)
		reply_qtest(rp, 404, "The object does not exist.");
	return o;
}

void
q_link(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = link_source(m, p, rq, rp);
	const char *type = request_arg(rq, "type");
	enum qkind kind = type == NULL ? QK_ALL : q_kind_of_type(type);
	struct json j, v;
	int i, n;

	if (o == NULL)
		return;
	if (kind >= QK_COUNT) {
		reply_qtest(rp, 400, "type is not valid");
		return;
	}
	if (q_array_body(rq, &j, rp) == -1)
		return;
	n = json_len(&j, "");
	for (i = 0; i < n; i++) {
		v = json_at(&j, i);
		link_one(m, p, o, kind, json_int(&v, "", 0),
		    strcmp(rq->method, "DELETE") == 0);
		json_free(&v);
	}
	json_free(&j);
	rq->effect = o->id;
	rp->status = strcmp(rq->method, "POST") == 0 ? 201 : 200;
	json_out_open(&rp->body, NULL, '[');
	link_print(m, p, o, kind, &rp->body);
	json_out_close(&rp->body, ']');
}

static void
link_defects_linked(const struct qobj *o, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", o->id);
	link_defects_print(o, "objects", b);
	json_out_close(b, '}');
}

void
q_log_defects(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_LOG, rq, 1, rp);
	const char *key;
	struct json j, v;
	int i;

	if (o == NULL || q_array_body(rq, &j, rp) == -1)
		return;
	for (i = 0; i < json_len(&j, ""); i++) {
		v = json_at(&j, i);
		key = json_str(&v, "");
		if (key != NULL && strcmp(rq->method, "DELETE") == 0)
			link_drop(o, QK_DEFECT, 0, key);
		else if (key != NULL)
			link_add(o, QK_DEFECT, 0, key);
		json_free(&v);
	}
	json_free(&j);
	rq->effect = o->id;
	rp->status = strcmp(rq->method, "POST") == 0 ? 201 : 200;
	json_out_open(&rp->body, NULL, '[');
	if (strcmp(rq->method, "POST") == 0)
		link_defects_linked(o, &rp->body);
	else
		buf_add(&rp->body, rq->body.s + 1, rq->body.len - 2);
	json_out_close(&rp->body, ']');
}

void
q_linked(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	const char *type = request_arg(rq, "type");
	enum qkind k = type == NULL ? QK_ALL : q_kind_of_type(type), other;
	const struct qobj *o;
	int64_t id;
	int i;

	if (p == NULL)
		return;
	if (k >= QK_COUNT || request_arg(rq, "ids") == NULL) {
		reply_qtest(rp, 400, "type and ids are required");
		return;
	}
	other = k == QK_REQ ? QK_CASE : QK_REQ;
	json_out_open(&rp->body, NULL, '[');
	for (i = 0; i < rq->narg; i++) {	/* ids may occur several times */
		if (strcmp(rq->arg[i].name, "ids") != 0 ||
		    !request_int(rq->arg[i].value, &id))
			continue;
		o = qobj_find(m->qtest, p, k, id);
		if (o != NULL)
			link_print(m, p, o, other, &rp->body);
	}
	json_out_close(&rp->body, ']');
}

static void
link_comment_print(const struct qcomment *c, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", c->id);
	json_out_str(b, "content", c->text);
	json_out_int(b, "userId", 201);
	q_date(b, "created", c->created);
	q_date(b, "updated", c->created);
	json_out_close(b, '}');
}

static struct qobj *
link_commented(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind k = q_kind_of_type(rq->cap[1]);

	if (p == NULL)
		return NULL;
	if (k != QK_REQ && k != QK_CASE && k != QK_RUN && k != QK_DEFECT) {
		reply_qtest(rp, 404, "No comments on %s", rq->cap[1]);
		return NULL;
	}
	return q_object(m, p, k, rq, 2, rp);
}

void
q_comments(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = link_commented(m, rq, rp);
	struct qpage pg;
	int64_t i;

	if (o == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	q_envelope_open(&rp->body);
	for (i = pg.from; i < o->ncomment && i < pg.to; i++)
		link_comment_print(&o->comment[i], &rp->body);
	q_envelope_close(&rp->body, &pg, o->ncomment);
}

void
q_comment_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = link_commented(m, rq, rp);
	struct qcomment *c;
	const char *text;
	struct json j;

	if (o == NULL || q_body(rq, &j, rp) == -1)
		return;
	text = json_str(&j, "content");
	if (text == NULL)
		reply_qtest(rp, 400, "content is required");
	else {
		o->comment = mem_grow(o->comment, (size_t)o->ncomment + 1,
		    sizeof(*o->comment));
		c = &o->comment[o->ncomment++];
		c->id = qobj_serial(m->qtest, QK_COMMENT);
		c->created = o->modified;
		c->text = mem_dup(text);
		rq->effect = c->id;
		link_comment_print(c, &rp->body);
	}
	json_free(&j);
}

void
q_comment_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = link_commented(m, rq, rp);
	int64_t id;
	int i;

	if (o == NULL)
		return;
	for (i = 0; request_int(rq->cap[3], &id) && i < o->ncomment; i++)
		if (o->comment[i].id == id)
			break;
	if (i == o->ncomment) {
		reply_qtest(rp, 404, "Comment does not exist.");
		return;
	}
	free(o->comment[i].text);
	memmove(&o->comment[i], &o->comment[i + 1],
	    (size_t)(o->ncomment - i - 1) * sizeof(*o->comment));
	o->ncomment--;
}
