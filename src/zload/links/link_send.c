#include <string.h>

#include "domain/api/qtest_link.h"
#include "session.h"
#include "links/link_effect.h"
#include "links/link_send.h"
#include "send/result.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

enum { ATTEMPTS_MAX = 3 };	/* of a link that no reply shows */

/* True if one request makes the links of both tasks. */
static int
link_send_is_alike(const struct task *a, const struct task *b)
{
	size_t n = link_group(a->e.ekey);

	return b->e.type == KIND_LINK && link_group(b->e.ekey) == n &&
	    strncmp(a->e.ekey, b->e.ekey, n) == 0;
}

int
link_may_start(const struct task *t, int has_room)
{
	const struct task *o = t->next;
	int n = 1;

	if (t->e.type != KIND_LINK || !has_room || t->group == GROUP_JOINS)
		return has_room || t->group == GROUP_JOINS;
	for (; o != NULL && n < LINK_MAX && link_send_is_alike(t, o); o = o->next)
		n++;
	return o != NULL || n == LINK_MAX || !t->work->queue->more;
}

void
link_lead(struct task *t)
{
	struct task *o;
	int n = 1;

	if (t->e.type != KIND_LINK || t->group != GROUP_NONE)
		return;
	for (o = t->next; o != NULL && n < LINK_MAX && link_send_is_alike(t, o); o = o->next)
		if (o->state < TASK_LOOKUP) {
			o->group = GROUP_JOINS;
			n++;
		}
}

/* Return the number of links in the request of a task. */
static int
link_send_count(const struct task *t)
{
	const struct task *o;
	int n = 1;

	for (o = t->next; o != NULL; o = o->next)
		n += o->leader == t;
	return n;
}

/* End a link whose request succeeded, by the list of sources with their links in the reply: qTest
   leaves out what it cannot link. */
static void
link_send_store(struct task *t, const struct json *sources, int status)
{
	struct json one = { 0 };
	int i = 0, is_shown = 0, found = 0;

	json_free(&t->doc);
	while (!found && json_each(sources, &i, &one)) {
		is_shown |= json_type(&one, "objects") == JSON_ARR;
		found = qtest_link_find(&t->body, &one, &t->doc);
	}
	json_free(&one);
	if (found)
		result_done(t, OUT_DONE);
	else if (is_shown || t->e.attempts + 1 >= ATTEMPTS_MAX)
		task_end(t, OUT_FAILED, "qTest did not link it: it does not know the issue, or "
		    "the object cannot have this link");
	else
		task_end(t, OUT_DOUBT, "the reply (%d) does not show the links", status);
}

/* End a link by the answer to its request; links that were refused together are sent alone. */
static void
link_send_answer(struct task *t, int is_several, struct qtest_reply *rp)
{
	t->status = rp->status;
	t->leader = NULL;
	switch (rp->end) {
	case QTEST_DONE:
		link_send_store(t, &rp->doc, rp->status);
		return;
	case QTEST_REFUSED:
		t->group = GROUP_ALONE;
		t->state = TASK_INTENDED;
		if (!is_several)
			task_end(t, OUT_FAILED, "%s", rp->why);
		return;
	case QTEST_DOUBT:
		task_end(t, OUT_DOUBT, "%s", rp->why);
		return;
	case QTEST_UNSENT:
		task_end(t, OUT_UNDO, "not sent");
		return;
	}
}

static void
on_linked(void *task, struct qtest_reply *rp)
{
	struct task *t = task, *o;
	int n = link_send_count(t);

	for (o = t->next; o != NULL; o = o->next)
		if (o->leader == t)
			link_send_answer(o, n > 1, rp);
	link_send_answer(t, n > 1, rp);
}

/* Let the intended links that joined t go with it.  Their objects are added to the list. */
static void
link_send_gather(struct task *t, struct json *list)
{
	struct task *o;

	json_push(list, qtest_link_item(&t->body));
	if (t->group == GROUP_ALONE)
		return;
	for (o = t->next; o != NULL && link_send_is_alike(t, o); o = o->next)
		if (o->group == GROUP_JOINS && o->state == TASK_INTENDED &&
		    json_len(list, "") < LINK_MAX) {
			json_push(list, qtest_link_item(&o->body));
			o->leader = t;
			o->touch_ms = t->touch_ms;
			o->state = TASK_SENT;
		}
}

int
link_send(struct task *t, struct err *e)
{
	struct json list = json_array();
	struct buf b = { 0 };
	struct task *o;
	int rc;

	link_send_gather(t, &list);
	json_dump(&list, &b);
	rc = qtest_send(t->session->qtest, "POST", t->path, buf_str(&b), b.len, on_linked, t, e);
	json_free(&list);
	buf_free(&b);
	if (rc == 0)
		return 0;
	for (o = t; o != NULL; o = o->next)
		if (o == t || o->leader == t)
			task_end(o, OUT_UNDO, "not sent");
	return -1;
}
