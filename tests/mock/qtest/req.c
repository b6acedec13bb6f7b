#include <stdlib.h>
#include <string.h>

#include "io/json/json_out.h"

#include "qtest/api.h"

/* Requirements and internal defects. */

static enum qtype
req_type(enum qkind kind)
{
	return kind == QK_REQ ? QT_REQS : QT_DEFECTS;
}

/* Print the members that only defects have. */
static void
req_defect_print(struct mock *m, const struct qobj *o, struct buf *b)
{
	struct buf pid = { 0 };

	qobj_pid(o, &pid);
	q_empty_list(b, "links");
	qfiles_print(m, "attachments", o->file, o->nfile, o->id, b);
	json_out_int(b, "id", o->id);
	json_out_str(b, "pid", buf_str(&pid));
	q_date(b, "submitted_date", o->created);
	q_date(b, "last_modified_date", o->modified);
	json_out_int(b, "submitter_id", 201);
	json_out_int(b, "last_modified_user_id", 201);
	buf_free(&pid);
}

static void
req_print(struct mock *m, const struct qobj *o, struct buf *b)
{
	json_out_open(b, NULL, '{');
	if (o->kind == QK_DEFECT)
		req_defect_print(m, o, b);
	else
		q_head(m, o, o->name == NULL ? "" : o->name, b);
	if (o->up->kind == QK_MODULE)
		json_out_int(b, "parent_id", o->up->id);
	if (o->pre != NULL) {
		json_out_open(b, "external_properties", '{');
		json_out_str(b, "id", o->pre);
		json_out_fmt(b, "link", "%s/browse/%s", m->base, o->pre);
		json_out_str(b, "unique_id", o->pre);
		json_out_close(b, '}');
	}
	qprop_print(m, q_project_of(m, o), req_type(o->kind), o, b);
	json_out_close(b, '}');
}

/* Create a requirement or a defect. */
void
q_req_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind kind = q_kind_of_type(rq->seg[4]);
	struct qobj *o, *up = p == NULL ? NULL : p->root;
	struct json j;
	int64_t id;

	if (p == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (kind == QK_REQ && request_num(rq, "parentId", 0, &id) == 1)
		up = q_module(m, p, id, rp);
	if (up != NULL) {
		o = qobj_new(m->qtest, p, kind, up);
		if (q_name(&j, kind == QK_REQ, &o->name, rp) == -1 ||
		    qprop_take(m, p, req_type(kind), &j, o, 1, rp) == -1 ||
		    (kind == QK_DEFECT &&
		    qfile_take(m, &j, &o->file, &o->nfile, rp) == -1))
			qobj_discard(o);
		else {
			rq->effect = o->id;
			rp->status = kind == QK_REQ ? 200 : 201;
			req_print(m, o, &rp->body);
		}
	}
	json_free(&j);
}

void
q_reqs(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qpage pg;
	int64_t id, n = 0;
	struct qobj *up, *c;

	if (p == NULL || q_page(m, rq, "size", 20, 999, &pg, rp) == -1)
		return;
	up = request_num(rq, "parentId", 0, &id) == 1 ? q_module(m, p, id, rp) : p->root;
	if (up == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (c = qobj_walk(up, NULL, QK_REQ); c != NULL;
	    c = qobj_walk(up, c, QK_REQ), n++)
		if (n >= pg.from && n < pg.to)
			req_print(m, c, &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_req_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, q_kind_of_type(rq->seg[4]), rq, 1, rp);
	struct json j;

	if (o == NULL)
		return;
	if (strcmp(rq->method, "DELETE") == 0) {
		rq->effect = o->id;
		qobj_delete(o);
		q_deleted(m, rp);
		return;
	}
	if (strcmp(rq->method, "PUT") == 0) {
		if (q_body(rq, &j, rp) == -1)
			return;
		if (q_name(&j, 0, &o->name, rp) == 0 &&
		    qprop_take(m, p, req_type(o->kind), &j, o, 0, rp) == 0)
			qobj_touch(o);
		json_free(&j);
	}
	if (rp->status == 0)
		req_print(m, o, &rp->body);
}
