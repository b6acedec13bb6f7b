#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "domain/api/qtest_list.h"
#include "session.h"
#include "work/marker.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/name_conflict.h"
#include "work/task.h"
#include "work/work.h"

/*
 * An object without a marker at the root of qTest was created by another user.  Below the
 * root zload creates every container itself.
 */
enum { NAME_MAX_UNITS = 500 };	/* qtest-api.md 1.5 */

struct roots {
	struct roots	*next;
	const struct kind *kind;
	struct json	 item;
};

struct listing {
	struct session	*session;
	const struct kind *kind;
	struct roots	**out;
};

static int
on_root(void *arg, const struct json *item, struct err *e)
{
	struct listing *g = arg;
	struct roots *r;
	struct qtest_marker m;

	(void)e;
	if (qtest_name(item) == NULL ||
	    marker_of(g->session, g->kind, item, &m))
		return 0;
	r = mem_zalloc(sizeof(*r));
	*r = (struct roots){ *g->out, g->kind, json_copy(item) };
	*g->out = r;
	return 0;
}

int
conflict_open(struct session *session, struct roots **out, struct err *e)
{
	struct listing g = { .session = session, .out = out };
	int i;

	*out = NULL;
	if (strcmp(session->options->on_conflict, "create") == 0)
		return 0;
	for (i = KIND_UNKNOWN + 1; i < KIND_COUNT; i++) {
		g.kind = kind_of((enum effect_kind)i);
		if (g.kind->roots != NULL && qtest_list(session->qtest, g.kind->roots,
		    g.kind->paging, on_root, &g, e) == -1)
			return -1;
	}
	return 0;
}

/* Return the listed object with the kind and name of a task, or NULL. */
static struct roots *
name_conflict_rival(struct task *t)
{
	const char *name = json_str(&t->body, "name");
	struct roots *r;

	for (r = t->work->roots; r != NULL; r = r->next)
		if (r->kind == t->kind && name != NULL &&
		    strcmp(qtest_name(&r->item), name) == 0)
			return r;
	return NULL;
}

static void
name_conflict_rename(struct task *t)
{
	static const char tail[] = " (Zephyr)";
	const char *was = json_str(&t->body, "name");
	char *name = mem_fmt("%.*s%s", (int)utf8_units(was, NAME_MAX_UNITS -
	    (sizeof(tail) - 1)), was, tail);

	json_set_str(&t->body, "name", name);
	task_text_update(t);
	free(name);
}

int
name_conflict(struct task *t, struct err *e)
{
	const char *how = t->session->options->on_conflict;
	struct roots *r = t->parent == 0 && t->kind->place != PLACE_RUN
	    ? name_conflict_rival(t)
	    : NULL;

	if (r == NULL || json_int(&r->item, "id", 0) == t->e.id)
		return 1;
	if (strcmp(how, "fail") == 0)
		return err_set(e, ZX_CONFIG, "qTest has another %s named %s at its root "
		    "(--on-conflict decides)", t->e.kind, qtest_name(&r->item));
	if (strcmp(how, "rename") == 0) {
		name_conflict_rename(t);
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
conflict_free(struct roots *list)
{
	struct roots *r;

	while ((r = list) != NULL) {
		list = r->next;
		json_free(&r->item);
		free(r);
	}
}
