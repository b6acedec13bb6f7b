#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

static void
comment_print(const struct qcomment *c, struct buf *b)
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
comment_owner(struct mock *m, const struct request *rq, struct reply *rp)
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
	struct qobj *o = comment_owner(m, rq, rp);
	struct qpage pg;
	int64_t i;

	if (o == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	q_envelope_open(&rp->body);
	for (i = pg.from; i < o->ncomment && i < pg.to; i++)
		comment_print(&o->comment[i], &rp->body);
	q_envelope_close(&rp->body, &pg, o->ncomment);
}

void
q_comment_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = comment_owner(m, rq, rp);
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
		comment_print(c, &rp->body);
	}
	json_free(&j);
}

void
q_comment_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = comment_owner(m, rq, rp);
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
	rq->effect = id;
	if (o->kind != QK_CASE)
		q_deleted(m, rp);
}
