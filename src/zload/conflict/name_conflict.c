#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "domain/api/qtest_marker.h"
#include "session.h"
#include "conflict/name_conflict.h"
#include "conflict/rivals.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/task.h"

enum { NAME_MAX_UNITS = 500 };	/* qtest-api.md 1.5 */

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

/* End a task that uses the object doc (moved) of qTest as it is.  0. */
static int
name_conflict_skip(struct task *t, struct json doc)
{
	free(t->path);
	t->path = kind_object(t->kind, t->parent, t->e.id);
	json_free(&t->doc);
	t->doc = doc;
	result_done(t, OUT_SAME);
	return 0;
}

/* Do again, for an object that stands, as was done when it was created.  1, or 0 when the task
   has ended. */
static int
name_conflict_again(struct task *t)
{
	if (t->e.conflict == NULL)
		return 1;
	if (strcmp(t->e.conflict, "skip") == 0)
		return name_conflict_skip(t, json_object());
	if (strcmp(t->e.conflict, "rename") == 0)
		name_conflict_rename(t);
	return 1;
}

const char *
name_conflict_recommended(const struct task *t)
{
	return t->e.type == KIND_CASE || t->e.type == KIND_RUN ? "rename" : "skip";
}

/* Return the action for a task: that of the plan, or --on-conflict. */
static const char *
name_conflict_action(const struct task *t)
{
	const struct session *s = t->session;
	const char *how = s->choice != NULL ? s->choice(s, t->e.kind, t->e.ekey) : NULL;

	return how != NULL ? how : s->options->on_conflict;
}

/* Return the words that name a rival in messages; the caller frees them. */
static char *
name_conflict_words(const struct task *t, const struct json *rival)
{
	const char *pid = json_str(rival, "pid");

	return pid != NULL ? mem_fmt("%s %.60s named \"%.100s\"", t->e.kind, pid,
	    qtest_name(rival)) : mem_fmt("%s with the id %lld named \"%.100s\"", t->e.kind,
	    (long long)json_int(rival, "id", 0), qtest_name(rival));
}

/* Decide by an action about the rival of a task.  1, 0 when the task has ended, -1. */
static int
name_conflict_decide(struct task *t, const struct json *rival, const char *how, struct err *e)
{
	char *words = name_conflict_words(t, rival);

	if (strcmp(how, "fail") == 0) {
		err_set(e, ZX_CONFIG, "%s %s: qTest has another %s, which zload did not create; "
		    "choose --on-conflict %s (recommended here), or another action", t->e.kind,
		    t->e.ekey, words, name_conflict_recommended(t));
		free(words);
		return -1;
	}
	log_info(t->e.stream, "%s %s: qTest has another %s; %s (%s; recommended: %s)", t->e.kind,
	    t->e.ekey, words, strcmp(how, "rename") == 0 ? "created with another name" :
	    strcmp(how, "skip") == 0 ? "used as it is" : "used and updated", how,
	    name_conflict_recommended(t));
	free(words);
	t->e.conflict = mem_dup(how);
	if (strcmp(how, "rename") == 0) {
		name_conflict_rename(t);
		return 1;
	}
	t->e.id = json_int(rival, "id", 0);
	return strcmp(how, "skip") == 0 ? name_conflict_skip(t, json_copy(rival)) : 1;
}

int
name_conflict(struct task *t, struct err *e)
{
	const char *how;
	const struct json *rival;
	int rc;

	if (t->e.id != 0)
		return name_conflict_again(t);
	if (t->e.deleted_at != 0 && t->e.conflict != NULL && strcmp(t->e.conflict, "rename") == 0)
		return name_conflict_again(t);
	free(t->e.conflict);
	t->e.conflict = NULL;
	how = name_conflict_action(t);
	if (strcmp(how, "create") == 0 || task_is_sought(t))
		return 1;
	switch (rc = rival_find(t, &rival, e)) {
	case RIVAL_NONE:
		return 1;
	case RIVAL_FOUND:
		return name_conflict_decide(t, rival, how, e);
	default:
		return rc == RIVAL_LISTING ? 0 : -1;
	}
}
