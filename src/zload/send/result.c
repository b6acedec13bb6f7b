#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "load.h"
#include "cache/id_cache.h"
#include "send/result.h"
#include "steps/case_steps.h"
#include "steps/step_finding.h"
#include "steps/step_ids.h"
#include "work/empty.h"
#include "work/queue.h"
#include "work/task.h"

/* Take the answer to a request, and what it says of the object. */

char *
result_run_of(const struct effect *f)
{
	struct json needs = { 0 }, one;
	const char *s;
	char *run = NULL;
	int i;

	if (f->needs == NULL ||
	    json_parse(&needs, f->needs, strlen(f->needs), NULL, NULL) == -1)
		return NULL;
	for (i = 0; i < json_len(&needs, "") && run == NULL; i++) {
		one = json_at(&needs, i);
		s = json_str(&one, "");
		if (s != NULL && strncmp(s, "run/", 4) == 0)
			run = mem_dup(s + 4);
		json_free(&one);
	}
	json_free(&needs);
	return run;
}

/* A run remembers the end of its last log, for the order of its history. */
void
result_log_done(struct task *t)
{
	const char *s = json_str(&t->body, "exe_end_date");
	char *run = result_run_of(&t->e);
	struct id_cache k;
	struct err e;

	if (run != NULL && s != NULL && time_parse(s, &t->end_ms) == 0 &&
	    id_cache_find(t->load, "run", run, &k, NULL, 0, &e) == ID_DONE &&
	    t->end_ms > k.last_ms)
		id_cache_put(t->load, "run", run, k.id, k.version, t->end_ms);
	else
		t->end_ms = 0;
	free(run);
}

/* Approval: the version, and the ids of its steps if the reply has them. */
void
result_approve_done(struct task *t)
{
	struct json list = json_member(&t->doc, "test_steps");

	if (t->parent != 0)
		t->e.id = t->parent;
	free(t->e.steps);
	t->e.steps = NULL;
	steps_forget(t->load, t->e.ekey);
	steps_forget_calls(t->load);	/* who calls it may have been asked before */
	if (json_len(&list, "") > 0) {
		t->e.steps = steps_detail(&list, 0);
		steps_put(t->load, t->e.ekey, t->e.steps);
	}
	json_free(&list);
}

static void
result_text_take(char **to, const struct json *v, const char *name)
{
	const char *s = json_str(v, name);

	if (s == NULL)
		return;
	free(*to);
	*to = mem_dup(s);
}

/* A field was made: from here on it is found by its label. */
void
result_field_done(struct task *t)
{
	const char *slash = strchr(t->e.ekey, '/');
	char *artifact = mem_dupn(t->e.ekey, slash != NULL ?
	    (size_t)(slash - t->e.ekey) : strlen(t->e.ekey));

	fields_add(t->load->fields, artifact, &t->doc);
	free(artifact);
}

void
result_done(struct task *t, enum task_outcome out)
{
	struct effect *f = &t->e;

	f->id = json_int(&t->doc, "id", f->id);
	f->version_id = json_int(&t->doc, "test_case_version_id", f->version_id);
	result_text_take(&f->pid, &t->doc, "pid");
	result_text_take(&f->modified, &t->doc, "last_modified_date");
	if (t->kind->on_done != NULL)
		t->kind->on_done(t);
	t->out = out;
	t->state = TASK_ENDED;
	/* result_after_commit() finds out if it is what is wanted now */
	if (t->origin == ORIGIN_READBACK) {
		id_cache_drop(t->load, f->kind, f->ekey);
		return;
	}
	id_cache_put(t->load, f->kind, f->ekey, f->id, f->version_id, f->last_log_ms);
	queue_event(t->load, f->kind, f->ekey);
}

/* A 2xx: the move of an object is followed by its content; a create that
   does not say the id is as good as none. */
static void
result_id_is_taken(struct task *t, struct qtest_reply *rp)
{
	t->load->denied = 0;
	json_free(&t->doc);
	t->doc = json_copy(&rp->doc);
	if (t->move_path != NULL && t->verb == VERB_UPDATE) {
		free(t->path);
		t->path = t->move_path;
		t->move_path = NULL;
		t->state = TASK_INTENDED;
		return;
	}
	if (t->kind->place == PLACE_APPROVE ?
	    json_int(&t->doc, "test_case_version_id", 0) == 0 :
	    t->e.id == 0 && json_int(&t->doc, "id", 0) == 0)
		task_end(t, OUT_DOUBT, "the reply (%d) does not name the object",
		    rp->status);
	else
		result_done(t, OUT_DONE);
}

void
result_take(struct task *t, struct qtest_reply *rp)
{
	t->status = rp->status;
	switch (rp->end) {
	case QTEST_DONE:
		result_id_is_taken(t, rp);
		return;
	case QTEST_REFUSED:
		if (empty_refused(t)) {
			t->state = TASK_INTENDED;
			return;
		}
		if (step_refused(t, rp->why))
			return;
		t->load->denied += rp->status == 403;
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
