#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "files/file_effect.h"
#include "files/file_steps.h"
#include "steps/step_ids.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

enum { FILE_STEPS_MAX = 64 };	/* cases; the steps of others are requested again */

struct file_case {
	struct file_case *next;
	struct file_steps *of;
	char		*key;
	struct json	 detail;	/* of steps_detail(); unset: to be requested */
	char		*why;		/* the refusal of the server, or NULL */
	int		 is_log;	/* of a log: .detail is the log, with its step logs */
	int		 is_refused;	/* .why is a refusal, no failure */
	int		 is_requested;
	int		 is_stale;	/* forgotten while it was requested */
	int		 uploads;	/* since .detail was read */
};

struct file_steps {
	struct work	*work;
	struct file_case *head;
	int		 n;
	int		 keeps_version;	/* a file does not change the version of its case, */
	int		 changes_version;	/* or does: one upload at a time, with new ids */
};

struct file_steps *
file_steps_open(struct work *w)
{
	struct file_steps *s = mem_zalloc(sizeof(*s));

	s->work = w;
	return s;
}

static struct file_case *
file_steps_case(const struct file_steps *s, const char *key)
{
	struct file_case *c;

	for (c = s->head; c != NULL && strcmp(c->key, key) != 0; c = c->next)
		continue;
	return c;
}

static void
file_steps_unknow(struct file_case *c)
{
	json_free(&c->detail);
	free(c->why);
	c->why = NULL;
	c->uploads = 0;
}

static void
file_steps_remove(struct file_steps *s, struct file_case **at)
{
	struct file_case *c = *at;

	*at = c->next;
	s->n--;
	file_steps_unknow(c);
	free(c->key);
	free(c);
}

/* Return the entry of a case, with NULL in place of its steps if it is new. */
static struct file_case *
file_steps_add(struct file_steps *s, const char *key)
{
	struct file_case *c = file_steps_case(s, key), **at = &s->head;

	if (c != NULL)
		return c;
	while (s->n >= FILE_STEPS_MAX && *at != NULL)
		if ((*at)->next == NULL && !(*at)->is_requested)
			file_steps_remove(s, at);	/* the oldest */
		else
			at = &(*at)->next;
	c = mem_zalloc(sizeof(*c));
	*c = (struct file_case){ .next = s->head, .of = s, .key = mem_dup(key) };
	s->head = c;
	s->n++;
	return c;
}

/* Store a list of steps in an entry. */
static void
file_steps_read(struct file_case *c, const struct json *list)
{
	char *text = steps_detail(list, 0);

	(void)json_parse(&c->detail, text, strlen(text), NULL, NULL);
	free(text);
}

static void
on_current_steps(void *arg, struct qtest_reply *rp)
{
	struct file_case *c = arg;
	enum json_type type = rp->end == QTEST_DONE ? json_type(&rp->doc, "") : JSON_NONE;

	c->is_requested = 0;
	c->is_refused = rp->end == QTEST_REFUSED;
	if (type == JSON_ARR && !c->is_log && !c->is_stale)
		file_steps_read(c, &rp->doc);
	else if (type == JSON_OBJ && c->is_log && !c->is_stale)
		c->detail = json_copy(&rp->doc);
	else if (rp->end != QTEST_UNSENT && !c->is_stale)
		c->why = mem_dup(rp->why[0] != '\0' ? rp->why : "test_steps is not a list");
	c->is_stale = 0;
	queue_retry(c->of->work->queue, "current steps", c->key);
}

/* Let a task wait until an entry has .detail, which is requested by path.  1, 0 when the task is
   blocked or has ended, -1. */
static int
file_steps_await(struct task *t, struct file_case *c, const char *path, struct err *e)
{
	int rc;

	if (c->detail.set)
		return 1;
	if (c->why != NULL) {
		task_end(t, OUT_FAILED, "qTest does not list the steps of %s: %s", c->key, c->why);
		return 0;
	}
	if (!c->is_requested) {
		rc = qtest_send(t->session->qtest, "GET", path, NULL, 0, on_current_steps, c, e);
		if (rc == -1)
			return -1;
		c->is_requested = 1;
	}
	task_block(t, "current steps", c->key);
	return 0;
}

int
file_steps_find(struct task *t, const char *key, int64_t id, int64_t n, int64_t *step,
    struct err *e)
{
	struct file_case *c = file_steps_add(t->work->file_steps, key);
	char *path = mem_fmt("/test-cases/%" PRId64 "/test-steps", id);
	int rc = file_steps_await(t, c, path, e);

	*step = rc == 1 ? step_id(&c->detail, n) : 0;
	free(path);
	return rc;
}

int
file_steps_log(struct task *t, const char *key, const char *path, struct json *doc, struct err *e)
{
	struct file_case *c = file_steps_add(t->work->file_steps, key);
	int rc;

	c->is_log = 1;
	if (c->why != NULL && c->is_refused)
		return 1;
	if ((rc = file_steps_await(t, c, path, e)) == 1)
		*doc = json_copy(&c->detail);
	return rc;
}

int
file_steps_has(const struct file_steps *s, const char *key)
{
	return file_steps_case(s, key) != NULL;
}

/* Forget the steps of a case, also those being listed now. */
static void
file_steps_renew(struct file_case *c)
{
	file_steps_unknow(c);
	c->is_stale = c->is_requested;
}

void
file_steps_put(struct file_steps *s, const char *key, const struct json *reply)
{
	struct json list = json_member(reply, "test_steps");
	int is_listed = json_type(&list, "") == JSON_ARR;
	struct file_case *c = is_listed ? file_steps_add(s, key) : file_steps_case(s, key);

	if (c != NULL)
		file_steps_renew(c);
	if (is_listed)
		file_steps_read(c, &list);
	json_free(&list);
}

void
file_steps_forget(struct file_steps *s, const char *key)
{
	struct file_case **at = &s->head;

	while (*at != NULL && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	if (*at != NULL && (*at)->is_requested)
		file_steps_renew(*at);
	else if (*at != NULL)
		file_steps_remove(s, at);
}

void
file_steps_uploaded(struct file_steps *s, const char *key)
{
	struct file_case *c = file_steps_case(s, key);

	if (c != NULL && s->changes_version)
		file_steps_renew(c);
	else if (c != NULL)
		c->uploads++;
}

/* Return another task that is sending a file of the same case, or NULL. */
static const struct task *
file_steps_other(const struct task *t)
{
	const struct task *o;

	for (o = t->work->queue->head; o != NULL; o = o->next)
		if (o != t && o->e.type == KIND_BLOB && o->state >= TASK_WRITE &&
		    o->state <= TASK_SENT && strcmp(o->e.skey, t->e.skey) == 0)
			return o;
	return NULL;
}

int
file_steps_turn(struct task *t)
{
	const struct task *o = t->work->file_steps->changes_version ? file_steps_other(t) : NULL;

	if (o == NULL)
		return 1;
	task_block(t, "blob", o->e.ekey);
	return 0;
}

/* True if a step of a case has this id. */
static int
file_steps_has_id(const struct file_case *c, int64_t id)
{
	struct json steps = json_member(&c->detail, "steps");
	int n = json_len(&steps, "");

	json_free(&steps);
	while (n > 0 && step_id(&c->detail, n) != id)
		n--;
	return n > 0;
}

int64_t
file_steps_id(const char *path)
{
	static const char steps[] = "/test-steps/";
	size_t n = sizeof(steps) - 1;

	return path != NULL && strncmp(path, steps, n) == 0 ? strtoll(path + n, NULL, 10) : 0;
}

int
file_steps_moved(struct task *t)
{
	struct file_steps *s = t->work->file_steps;
	struct file_case *c;

	if (t->kind->place != PLACE_FILE || file_steps_id(t->path) == 0)
		return 0;
	c = file_steps_case(s, t->e.skey);
	if (c == NULL)
		(void)file_steps_add(s, t->e.skey);	/* the ids were those of the approval */
	else if (file_steps_has_id(c, file_steps_id(t->path))) {
		if (c->uploads == 0 && file_steps_other(t) == NULL)
			return 0;
		s->changes_version = 1;
		file_steps_renew(c);
	}
	t->origin = ORIGIN_LEDGER;
	t->state = TASK_READY;
	return 1;
}

int
file_steps_may_change(const struct task *t)
{
	return t->e.type == KIND_BLOB && t->stream == STREAM_CASES && t->out == OUT_DONE &&
	    !t->work->file_steps->keeps_version;
}

void
file_steps_keep(struct file_steps *s)
{
	s->keeps_version = 1;
}

void
file_steps_close(struct file_steps *s)
{
	while (s != NULL && s->head != NULL)
		file_steps_remove(s, &s->head);
	free(s);
}
