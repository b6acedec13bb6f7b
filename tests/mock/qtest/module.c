#include <string.h>

#include "io/json/json_out.h"

#include "qtest/api.h"

static void
module_print(struct mock *m, const struct qobj *o, int listing, int deep,
    struct buf *b)
{
	struct buf name = { 0 };
	const struct qobj *c;

	if (listing && m->set->pid_prefix)
		buf_printf(&name, "MD-%ld ", (long)o->num);
	buf_puts(&name, o->name);
	json_out_open(b, NULL, '{');
	q_head(m, o, buf_str(&name), b);
	if (o->up->kind == QK_MODULE)
		json_out_int(b, "parent_id", o->up->id);
	q_html(m, b, "description", o->desc);
	json_out_bool(b, "shared", 0);
	q_empty_list(b, "projects_shared_to");
	if (deep) {
		json_out_open(b, "children", '[');
		for (c = qobj_child(o, NULL, QK_MODULE); c != NULL;
		    c = qobj_child(o, c, QK_MODULE))
			module_print(m, c, listing, 1, b);
		json_out_close(b, ']');
	}
	json_out_bool(b, "recursive", 0);
	json_out_close(b, '}');
	buf_free(&name);
}

/* Return the parent that the query names, or NULL with the error in the reply. */
static struct qobj *
module_parent(struct mock *m, struct qproject *p, const struct request *rq,
    struct reply *rp)
{
	int64_t id;
	int have = request_num(rq, "parentId", 0, &id);

	if (p == NULL)
		return NULL;
	if (have == -1) {
		reply_qtest(rp, 400, "parentId is not valid");
		return NULL;
	}
	if (have == 0 || id == 0)
		return p->root;
	return q_module(m, p, id, rp);
}

void
q_modules(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *up = module_parent(m, q_project(m, rq, rp), rq, rp), *c;
	const char *word = request_arg(rq, "search");

	if (up == NULL)
		return;
	json_out_open(&rp->body, NULL, '[');
	for (c = qobj_child(up, NULL, QK_MODULE); c != NULL;
	    c = qobj_child(up, c, QK_MODULE))
		if (word == NULL || strstr(c->name, word) != NULL)
			module_print(m, c, 1, q_deep(rq), &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_module_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *up = module_parent(m, p, rq, rp), *o;
	char *name = NULL;
	struct json j;

	if (up == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (q_name(&j, 1, &name, rp) == 0) {
		o = qobj_new(m->qtest, p, QK_MODULE, up);
		o->name = name;
		q_text(&j, "description", &o->desc);
		q_order(&j, o);
		rq->effect = o->id;
		rp->status = 201;
		module_print(m, o, 0, 0, &rp->body);
	}
	json_free(&j);
}

void
q_module_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_MODULE, rq, 1, rp);

	if (o != NULL)
		module_print(m, o, 0, q_deep(rq), &rp->body);
}

static int
module_below(const struct qobj *o, const struct qobj *top)
{
	for (; o != NULL; o = o->up)
		if (o == top)
			return 1;
	return 0;
}

/* Change a module; with parentId only move it and ignore the body (qtest-api.md
   2.2). */
void
q_module_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_MODULE, rq, 1, rp), *up;
	struct json j;

	if (o == NULL)
		return;
	if (request_arg(rq, "parentId") != NULL) {
		up = module_parent(m, p, rq, rp);
		if (up == NULL)
			return;
		if (module_below(up, o)) {
			reply_qtest(rp, 400, "A module cannot be moved below "
			    "itself");
			return;
		}
		qobj_move(o, up);
	} else {
		if (q_body(rq, &j, rp) == -1)
			return;
		if (q_name(&j, 0, &o->name, rp) == 0) {
			q_text(&j, "description", &o->desc);
			q_order(&j, o);
			qobj_touch(o);
		}
		json_free(&j);
	}
	rq->effect = o->id;
	if (rp->status == 0)
		module_print(m, o, 0, 0, &rp->body);
}

/* Delete a module.  Modules and cases below it need force=true, requirements do not, as
   the vendor describes it. */
void
q_module_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_MODULE, rq, 1, rp), *c;

	if (o == NULL)
		return;
	if (!request_flag(rq, "force", 0) && (qobj_child(o, NULL, QK_MODULE) != NULL ||
	    qobj_child(o, NULL, QK_CASE) != NULL)) {
		reply_qtest(rp, 400, "The module has other modules or test cases; use "
		    "force=true");
		return;
	}
	while ((c = qobj_walk(o, NULL, QK_CASE)) != NULL)
		qcase_delete(m, c);
	qobj_delete(o);
	rq->effect = o->id;
	reply_qtest(rp, 200, "Module is deleted.");
}
