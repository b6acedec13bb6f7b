#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/link/link.h"

/* Links between objects. */

/* The kinds that can be linked, from the source on (qtest-api.md 2.13), and the type of
   the link as either end shows it. */
static const struct pair {
	enum qkind	 from, to;
	const char	*there, *back;
} link_pairs[] = {
	{ QK_REQ, QK_CASE, "is_covered_by", "covers" },
	{ QK_REQ, QK_RELEASE, "is_associated_with", "is_associated_with" },
	{ QK_REQ, QK_BUILD, "is_associated_with", "is_associated_with" },
	{ QK_REQ, QK_DEFECT, "is_associated_with", "is_associated_with" },
	{ QK_RELEASE, QK_REQ, "is_associated_with", "is_associated_with" },
	{ QK_RELEASE, QK_DEFECT, "is_associated_with", "is_associated_with" },
	{ QK_BUILD, QK_REQ, "is_associated_with", "is_associated_with" },
	{ QK_BUILD, QK_DEFECT, "is_associated_with", "is_associated_with" },
	{ QK_LOG, QK_DEFECT, "is_associated_with", "is_associated_with" },
	{ QK_STEP, QK_DEFECT, "is_associated_with", "is_associated_with" },
};

void
qlink_add(struct qlinks *l, enum qkind kind, int64_t id)
{
	int i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && l->v[i].id == id)
			return;
	l->v = mem_grow(l->v, (size_t)l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct qlink){ kind, id };
}

int
qlink_drop(struct qlinks *l, enum qkind kind, int64_t id)
{
	int i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && l->v[i].id == id) {
			memmove(&l->v[i], &l->v[i + 1],
			    (size_t)(l->n - i - 1) * sizeof(*l->v));
			l->n--;
			return 1;
		}
	return 0;
}

void
qlink_join(const struct qowner *a, const struct qowner *b)
{
	qlink_add(a->link, b->kind, b->id);
	qlink_add(b->link, a->kind, a->id);
}

int
qlink_part(const struct qowner *a, const struct qowner *b)
{
	qlink_drop(b->link, a->kind, a->id);
	return qlink_drop(a->link, b->kind, b->id);
}

/* Return the link type that an end of kind from shows for one of kind to, or NULL if
   the kinds cannot be linked; source is set if from must be that of the request. */
static const char *
link_type(enum qkind from, enum qkind to, int source)
{
	size_t i;

	for (i = 0; i < sizeof(link_pairs) / sizeof(*link_pairs); i++)
		if (link_pairs[i].from == from && link_pairs[i].to == to)
			return link_pairs[i].there;
	for (i = 0; !source && i < sizeof(link_pairs) / sizeof(*link_pairs); i++)
		if (link_pairs[i].from == to && link_pairs[i].to == from)
			return link_pairs[i].back;
	return source ? NULL : "is_associated_with";
}

/* Return the number of a kind in the addresses of the pages of qTest, 0 for steps. */
static int
link_page(enum qkind k)
{
	static const int pages[QK_ALL] = { [QK_CASE] = 1, [QK_CYCLE] = 2, [QK_RUN] = 3,
		[QK_LOG] = 4, [QK_REQ] = 5, [QK_RELEASE] = 8, [QK_BUILD] = 9, [QK_DEFECT] = 17 };

	return pages[k];
}

/* Print the id and pid of an owner. */
static void
link_end_print(const struct qowner *ow, struct buf *b)
{
	struct buf pid = { 0 };

	qowner_pid(ow, &pid);
	json_out_int(b, "id", ow->id);
	json_out_str(b, "pid", pid.len == 0 ? NULL : buf_str(&pid));
	buf_free(&pid);
}

/* Print an owner with what is linked to it, of one kind or of all (QK_ALL). */
static void
link_print(struct mock *m, struct qproject *p, const struct qowner *ow, enum qkind kind,
    struct buf *b)
{
	struct qowner to;
	int i;

	json_out_open(b, NULL, '{');
	link_end_print(ow, b);
	json_out_open(b, "objects", '[');
	for (i = 0; i < ow->link->n; i++) {
		if ((kind != QK_ALL && ow->link->v[i].kind != kind) ||
		    qowner_at(m, p, ow->link->v[i].kind, ow->link->v[i].id, &to) == -1)
			continue;
		json_out_open(b, NULL, '{');
		link_end_print(&to, b);
		json_out_str(b, "link_type", link_type(ow->kind, to.kind, 0));
		if (link_page(to.kind) != 0)
			json_out_fmt(b, "self", "%s/p/%ld/portal/project#object=%d&id=%ld",
			    m->base, (long)p->id, link_page(to.kind), (long)to.id);
		json_out_close(b, '}');
	}
	json_out_close(b, ']');
	json_out_close(b, '}');
}

/* Find the owner that the path names; return -1 with the error in the reply.  Cases and
   runs are linked from the requirement (qtest-api.md 2.13). */
static int
link_source(struct mock *m, struct qproject *p, const struct request *rq,
    struct qowner *ow, struct reply *rp)
{
	enum qkind k = q_kind_of_type(rq->cap[1]);
	int64_t id;

	if (p == NULL)
		return -1;
	if ((k != QK_REQ && k != QK_BUILD && k != QK_LOG && k != QK_RELEASE &&
	    k != QK_STEP) || !request_int(rq->cap[2], &id)) {
		reply_qtest(rp, 400, "Object type or id is not valid: %s/%s", rq->cap[1],
		    rq->cap[2]);
		return -1;
	}
	if (qowner_at(m, p, k, id, ow) == 0)
		return 0;
	reply_qtest(rp, 404, "The object does not exist.");
	return -1;
}

/* Add or remove the links to the ids of a body; ignore those that cannot be linked. */
static int
link_ids(struct mock *m, struct qproject *p, const struct qowner *ow, enum qkind kind,
    const struct request *rq, struct reply *rp)
{
	struct qowner to;
	struct json j, v;
	int i, rc = q_array_body(rq, &j, rp);

	if (rc == -1)
		return -1;
	for (i = 0; i < json_len(&j, "") && rc == 0; i++) {
		v = json_at(&j, i);
		if (json_type(&v, "") != JSON_NUM) {
			reply_qtest(rp, 400, "ids must be numbers");
			rc = -1;
		} else if (link_type(ow->kind, kind, 1) != NULL &&
		    qowner_at(m, p, kind, json_int(&v, "", 0), &to) == 0) {
			if (strcmp(rq->method, "DELETE") == 0)
				qlink_part(ow, &to);
			else
				qlink_join(ow, &to);
			if (kind == QK_CASE && strcmp(m->set->file_version, "bumped") == 0)
				qcase_bump(m, to.o);
		}
		json_free(&v);
	}
	json_free(&j);
	return rc;
}

void
q_link(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	const char *type = request_arg(rq, "type");
	enum qkind kind = type == NULL ? QK_ALL : q_kind_of_type(type);
	struct qowner ow;

	if (link_source(m, p, rq, &ow, rp) == -1)
		return;
	if (kind == QK_ALL || kind == QK_STEPLOG || kind == QK_MODULE || kind == QK_CYCLE ||
	    kind == QK_SUITE) {
		reply_qtest(rp, 400, "type is not valid");
		return;
	}
	if (link_ids(m, p, &ow, kind, rq, rp) == -1)
		return;
	rq->effect = ow.id;
	if (strcmp(rq->method, "DELETE") == 0) {
		q_deleted(m, rp);
		return;
	}
	rp->status = strcmp(m->set->link_status, "201") == 0 ? 201 : 200;
	json_out_open(&rp->body, NULL, '[');
	link_print(m, p, &ow, kind, &rp->body);
	json_out_close(&rp->body, ']');
}

/* Print what is linked to the objects of the arguments ids, and with type=defects of
   the arguments pids; each may occur several times. */
void
q_linked(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	const char *type = request_arg(rq, "type"), *name;
	enum qkind k = type == NULL ? QK_ALL : q_kind_of_type(type);
	struct qowner ow;
	int64_t id;
	int i;

	if (p == NULL || q_check_ids(rq, rp) == -1)
		return;
	if (k == QK_ALL || k == QK_STEPLOG || k == QK_MODULE || k == QK_CYCLE ||
	    k == QK_SUITE || (request_arg(rq, "pids") != NULL && k != QK_DEFECT)) {
		reply_qtest(rp, 400, "type is not valid");
		return;
	}
	json_out_open(&rp->body, NULL, '[');
	for (i = 0; i < rq->narg; i++) {
		name = rq->arg[i].name;
		if ((strcmp(name, "ids") == 0 && request_int(rq->arg[i].value, &id) &&
		    qowner_at(m, p, k, id, &ow) == 0) || (strcmp(name, "pids") == 0 &&
		    qdefect_at(m, p, rq->arg[i].value, 0, &ow) == 0))
			link_print(m, p, &ow, QK_ALL, &rp->body);
	}
	json_out_close(&rp->body, ']');
}
