#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "domain/api/qtest_list.h"
#include "session.h"
#include "conflict/rivals.h"
#include "work/kind.h"
#include "work/marker.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

/*
 * An object without a marker in a container that zload did not create (the root of qTest, or
 * an object that zload uses because of its name) was created by another user.  Each such
 * container is listed once for each kind of object, when a task needs it.
 */
enum container_state {
	CONTAINER_LISTING,
	CONTAINER_LISTED,
	CONTAINER_REFUSED,	/* qTest does not list it */
	CONTAINER_OURS		/* zload created it: it has no rivals */
};

struct rival_item {
	struct rival_item *next;
	uint64_t	 name;		/* its hash */
	struct json	 doc;
};

/* The objects of one kind in one container. */
struct container {
	struct container *next;
	struct rivals	*rivals;
	const struct kind *kind;
	enum effect_kind of;		/* kind of the container; KIND_UNKNOWN: root */
	int64_t		 id;		/* of the container */
	enum container_state state;
	int		 status;	/* of the last answer */
	struct rival_item *items;
};

struct rivals {
	struct work	*work;
	struct container *head;
};

struct rivals *
rivals_open(struct work *w)
{
	struct rivals *v = mem_zalloc(sizeof(*v));

	v->work = w;
	return v;
}

static void
rivals_container_free(struct container *c)
{
	struct rival_item *r;

	while ((r = c->items) != NULL) {
		c->items = r->next;
		json_free(&r->doc);
		free(r);
	}
	free(c);
}

void
rivals_close(struct rivals *v)
{
	struct container *c;

	while (v != NULL && (c = v->head) != NULL) {
		v->head = c->next;
		rivals_container_free(c);
	}
	free(v);
}

/* Copy the members of an object that a conflict needs. */
static struct json
rival_copy(const struct json *item)
{
	static const char *const members[] = { "id", "pid", "name", "parentId", "parent_id",
	    "test_case_version_id", "last_modified_date", "test_case", "testCaseId", NULL };
	struct json doc = json_object();
	int i;

	for (i = 0; members[i] != NULL; i++)
		if (json_type(item, members[i]) != JSON_NONE)
			json_set(&doc, members[i], json_get(item, members[i]));
	return doc;
}

static int
on_rival(void *arg, const struct json *item, struct err *e)
{
	struct container *c = arg;
	struct rival_item *r;
	struct qtest_marker m;
	const char *name = qtest_name(item);

	(void)e;
	if (name == NULL || marker_of(c->rivals->work->session, c->kind, item, &m))
		return 0;
	r = mem_zalloc(sizeof(*r));
	*r = (struct rival_item){ c->items, text_hash(name), rival_copy(item) };
	c->items = r;
	return 0;
}

/* Let the tasks go on that wait for the listing of a container.  A listing without an answer is
   requested again. */
static void
on_container_listed(void *arg, int status, const struct err *e)
{
	struct container *c = arg, **at;
	struct task *t;
	int is_whole = status >= 200 && status < 300 && (e == NULL || e->code == 0);

	c->state = is_whole ? CONTAINER_LISTED : CONTAINER_REFUSED;
	c->status = status;
	for (t = c->rivals->work->queue->head; t != NULL; t = t->next)
		if (t->container == c) {
			t->container = NULL;
			t->state = TASK_READY;
		}
	if (is_whole || status != 0)
		return;
	for (at = &c->rivals->head; *at != c; at = &(*at)->next)
		continue;
	*at = c->next;
	rivals_container_free(c);
}

/* Find the container of a task. */
static int64_t
rivals_place(const struct task *t, enum effect_kind *of)
{
	*of = t->parent != 0 ? t->parent_kind : KIND_UNKNOWN;
	if (t->e.type != KIND_CASE)
		return t->parent;
	*of = KIND_MODULE;
	return json_int(&t->body, "parent_id", 0);
}

/* Check if zload uses a container because of its name.  1, 0, -1. */
static int
rivals_is_foreign(struct work *w, enum effect_kind of, int64_t id, struct err *e)
{
	const struct task *t;

	if (of == KIND_UNKNOWN)
		return 1;
	/* a task that ended in this turn is not in the ledger yet */
	for (t = w->queue->head; t != NULL; t = t->next)
		if (t->state == TASK_ENDED && t->e.type == of && t->e.id == id &&
		    t->e.conflict != NULL)
			return strcmp(t->e.conflict, "rename") != 0;
	return ledger_is_foreign(&w->session->ledger, effect_kind_names[of], id, e);
}

/* Add the container of a task, and list it if zload did not create it.  0, -1. */
static int
rivals_list(struct rivals *v, struct task *t, enum effect_kind of, int64_t id,
    struct container **out, struct err *e)
{
	struct container *c;
	int rc = rivals_is_foreign(v->work, of, id, e);
	char *create, *path;

	if (rc == -1)
		return -1;
	*out = c = mem_zalloc(sizeof(*c));
	*c = (struct container){ v->head, v, t->kind, of, id,
	    rc == 0 ? CONTAINER_OURS : CONTAINER_LISTING, 0, NULL };
	v->head = c;
	if (rc == 0)
		return 0;
	create = kind_create(t->kind, &t->e, t->parent, effect_kind_names[of]);
	path = kind_listing(t->kind, create, &t->body, 0);
	rc = qtest_list_send(v->work->session->qtest, path, t->kind->paging, on_rival,
	    on_container_listed, c, e);
	free(create);
	free(path);
	return rc;
}

/* Check if an object belongs to another effect.  1, 0, -1. */
static int
rival_is_used(const struct task *t, int64_t id, struct err *e)
{
	const struct task *o;

	for (o = t->work->queue->head; o != NULL; o = o->next)
		if (o != t && o->e.type == t->e.type && o->e.id == id)
			return 1;
	return ledger_key(&t->session->ledger, t->e.kind, id, NULL, e);
}

/* Find the object in a listed container that has the name (and the case) of a task. */
static int
rival_search(struct task *t, const struct container *c, const struct json **out, struct err *e)
{
	const char *name = json_str(&t->body, "name");
	int64_t of = json_int(&t->body, "test_case.id", 0);
	uint64_t hash = text_hash(name);
	const struct rival_item *r;
	int rc;

	for (r = c->items; r != NULL; r = r->next) {
		if (r->name != hash || strcmp(qtest_name(&r->doc), name) != 0 || of !=
		    json_int(&r->doc, "test_case.id", json_int(&r->doc, "testCaseId", 0)))
			continue;
		if ((rc = rival_is_used(t, json_int(&r->doc, "id", 0), e)) == -1)
			return -1;
		if (rc == 0) {
			*out = &r->doc;
			return RIVAL_FOUND;
		}
	}
	return RIVAL_NONE;
}

int
rival_find(struct task *t, const struct json **out, struct err *e)
{
	struct rivals *v = t->work->rivals;
	struct container *c;
	enum effect_kind of;
	int64_t id = rivals_place(t, &of);

	if (json_str(&t->body, "name") == NULL || t->kind->place == PLACE_RUN)
		return RIVAL_NONE;
	for (c = v->head; c != NULL; c = c->next)
		if (c->kind == t->kind && c->of == of && c->id == id)
			break;
	if (c == NULL && rivals_list(v, t, of, id, &c, e) == -1)
		return -1;
	if (c->state == CONTAINER_LISTING) {
		t->container = c;
		t->state = TASK_LOOKUP;
		return RIVAL_LISTING;
	}
	if (c->state == CONTAINER_REFUSED) {
		task_end(t, OUT_FAILED, "qTest does not list the objects beside it (%d), so "
		    "--on-conflict cannot be obeyed", c->status);
		return RIVAL_LISTING;
	}
	return rival_search(t, c, out, e);
}
