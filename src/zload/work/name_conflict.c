#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "load.h"
#include "send/marker.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/name_conflict.h"
#include "work/task.h"

/*
 * Objects at qTest's root that bear the name of one of ours and no marker:
 * somebody else's.  By default ours is made beside them and nobody asks; any
 * other --on-conflict lists the root once a kind, before the first write.
 * Below the root everything is our own making.
 */
enum { NAME_MAX_UNITS = 500 };	/* qtest-api.md 1.5 */

struct root {
	struct root	*next;
	const struct kind *kind;
	struct json	 item;
};

struct listing {
	struct load	*load;
	const struct kind *kind;
};

static int
on_root(void *arg, const struct json *item, struct err *e)
{
	struct listing *g = arg;
	struct root *r;
	struct qtest_marker m;

	(void)e;
	if (qtest_name(item) == NULL ||
	    marker_of(g->load, g->kind, item, &m))
		return 0;
	r = mem_zalloc(sizeof(*r));
	r->kind = g->kind;
	r->item = json_copy(item);
	r->next = g->load->roots;
	g->load->roots = r;
	return 0;
}

int
conflict_open(struct load *l, struct err *e)
{
	static const struct { enum effect_kind kind; const char *path; } lists[] = {
		{ KIND_MODULE, "/modules" }, { KIND_RELEASE, "/releases?includeClosed=true" },
		{ KIND_CYCLE, "/test-cycles?parentId=0&parentType=root" },
	};
	struct listing g = { .load = l };
	size_t i;

	if (strcmp(l->on_conflict, "create") == 0)
		return 0;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		g.kind = kind_of(lists[i].kind);
		if (qtest_list(l->qtest, lists[i].path, g.kind->paging, on_root,
		    &g, e) == -1)
			return -1;
	}
	return 0;
}

static struct root *
name_conflict_rival(struct task *t)
{
	const char *name = json_str(&t->body, "name");
	struct root *r;

	for (r = t->load->roots; r != NULL; r = r->next)
		if (r->kind == t->kind && name != NULL &&
		    strcmp(qtest_name(&r->item), name) == 0)
			return r;
	return NULL;
}

static void
other_name(struct task *t)
{
	static const char tail[] = " (Zephyr)";
	const char *was = json_str(&t->body, "name");
	char *name = mem_fmt("%.*s%s", (int)utf8_units(was, NAME_MAX_UNITS -
	    (sizeof(tail) - 1)), was, tail);

	json_set_str(&t->body, "name", name);
	buf_reset(&t->text);
	json_dump(&t->body, &t->text);
	free(name);
}

/*
 * Before a body goes to the root.  1: go on (the body, or e.id, may be another
 * now); 0: the task has ended, the other object stands for ours; -1.
 */
int
name_conflict(struct task *t, struct err *e)
{
	const char *how = t->load->on_conflict;
	struct root *r = t->parent == 0 && t->kind->place != PLACE_RUN
	    ? name_conflict_rival(t)
	    : NULL;

	if (r == NULL || json_int(&r->item, "id", 0) == t->e.id)
		return 1;
	if (strcmp(how, "fail") == 0)
		return err_set(e, ZX_CONFIG, "qTest has another %s named %s at its root "
		    "(--on-conflict decides)", t->e.kind, qtest_name(&r->item));
	if (strcmp(how, "rename") == 0) {
		other_name(t);
		return 1;
	}
	if (t->e.id != 0)
		return 1;
	log_info(t->e.stream, "%s %s: uses %s %s of qTest (--on-conflict %s)",
	    t->e.kind, t->e.ekey, t->e.kind, json_str(&r->item, "pid") != NULL ?
	    json_str(&r->item, "pid") : "of that name", how);
	t->e.id = json_int(&r->item, "id", 0);
	if (strcmp(how, "update") == 0)
		return 1;
	t->path = kind_object(t->kind, 0, t->e.id);
	t->doc = json_copy(&r->item);
	result_done(t, OUT_SAME);
	return 0;
}

void
conflict_free(struct load *l)
{
	struct root *r;

	while ((r = l->roots) != NULL) {
		l->roots = r->next;
		json_free(&r->item);
		free(r);
	}
}
