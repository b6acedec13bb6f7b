#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "session.h"
#include "cache/id_cache.h"
#include "files/file_inline.h"
#include "files/file_steps.h"
#include "input/input.h"
#include "relink/relink.h"
#include "send/result.h"
#include "steps/case_steps.h"
#include "steps/step_finding.h"
#include "steps/step_ids.h"
#include "work/empty.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

char *
result_run_of(const struct effect *f)
{
	struct json needs = { 0 }, one = { 0 };
	const char *s;
	char *run = NULL;
	int i = 0;

	if (f->needs == NULL ||
	    json_parse(&needs, f->needs, strlen(f->needs), NULL, NULL) == -1)
		return NULL;
	while (run == NULL && json_each(&needs, &i, &one))
		if ((s = json_str(&one, "")) != NULL && strncmp(s, "run/", 4) == 0)
			run = mem_dup(s + 4);
	json_free(&one);
	json_free(&needs);
	return run;
}

void
result_log_done(struct task *t)
{
	const char *s = json_str(&t->body, "exe_end_date");
	char *run = result_run_of(&t->e);
	struct known_id k;
	struct err e;

	if (run != NULL && s != NULL && time_parse(s, &t->end_ms) == 0 &&
	    id_cache_find(t->work->ids, "run", run, &k, NULL, 0, &e) == ID_DONE &&
	    t->end_ms > k.last_ms)
		id_cache_put(t->work->ids, "run", run, k.id, k.version, t->end_ms);
	else
		t->end_ms = 0;
	free(run);
}

void
result_case_done(struct task *t)
{
	if (t->work->input->has_files && (t->verb == VERB_CREATE || t->verb == VERB_UPDATE))
		file_steps_put(t->work->file_steps, t->e.ekey, &t->doc);
}

void
result_file_done(struct task *t)
{
	if (t->verb == VERB_CREATE)
		file_steps_uploaded(t->work->file_steps, t->e.skey);
}

void
result_approve_done(struct task *t)
{
	struct json list = json_member(&t->doc, "test_steps");

	if (t->e.verb == VERB_RECHECK && t->verb == VERB_ADOPT && !t->work->queue->is_late)
		file_steps_keep(t->work->file_steps);
	file_steps_forget(t->work->file_steps, t->e.ekey);

	if (t->parent != 0)
		t->e.id = t->parent;
	free(t->e.steps);
	t->e.steps = json_len(&list, "") > 0 ? steps_detail(&list, 0) : NULL;
	steps_forget(t->work->steps, t->e.ekey);
	if (t->e.steps != NULL)
		steps_put(t->work->steps, t->e.ekey, t->e.steps, NULL);
	json_free(&list);
}

/* Replace *to by the text in a member of v, if v has one. */
static void
result_text_set(char **to, const struct json *v, const char *name)
{
	const char *s = json_str(v, name);

	if (s == NULL)
		return;
	free(*to);
	*to = mem_dup(s);
}

void
result_field_done(struct task *t)
{
	char *artifact = mem_dupn(t->e.ekey, strcspn(t->e.ekey, "/"));

	fields_add(t->session->fields, artifact, &t->doc);
	free(artifact);
}

void
result_done(struct task *t, enum task_outcome out)
{
	struct effect *f = &t->e;

	f->id = json_int(&t->doc, "id", f->id);
	f->version_id = json_int(&t->doc, "test_case_version_id", f->version_id);
	result_text_set(&f->pid, &t->doc, "pid");
	result_text_set(&f->modified, &t->doc, "last_modified_date");
	if (t->kind->on_done != NULL)
		t->kind->on_done(t);
	t->out = out;
	t->state = TASK_ENDED;
	/* After the commit the ledger shows if this payload is still desired. */
	if (t->origin == ORIGIN_READBACK) {
		id_cache_drop(t->work->ids, f->kind, f->ekey);
		return;
	}
	id_cache_put(t->work->ids, f->kind, f->ekey, f->id, f->version_id, f->last_log_ms);
	queue_retry(t->work->queue, f->kind, f->ekey);
}

void
result_done_differing(struct task *t)
{
	result_done(t, OUT_SAME);
	t->hash[0] = '\0';
	if (t->session->options->overwrite)
		t->superseded = 1;
	else
		task_end(t, OUT_KEPT_ADOPTED, "differs in qTest from the version to be loaded");
}

/* Store a reply of status 2xx.  After the move of an object its content is sent.  A reply
   without the id of a new object leaves the task in doubt. */
static void
result_reply_store(struct task *t, struct qtest_reply *rp)
{
	t->session->denied = 0;
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
		task_end(t, OUT_DOUBT, "the reply (%d) does not name the object", rp->status);
	else
		result_done(t, OUT_DONE);
}

void
result_receive(void *task, struct qtest_reply *rp)
{
	struct task *t = task;

	t->status = rp->status;
	switch (rp->end) {
	case QTEST_DONE:
		result_reply_store(t, rp);
		return;
	case QTEST_REFUSED:
		if (empty_refused(t) || file_inline_refused(t)) {
			t->state = TASK_INTENDED;
		} else if (rp->status == 404 && t->verb == VERB_UPDATE && t->e.id != 0 &&
		    t->kind->place != PLACE_APPROVE) {
			task_deleted(t);
		} else if ((rp->status != 404 || !file_steps_moved(t)) &&
		    !step_refused(t, rp->why) && !relink_refused(t)) {
			t->session->denied += rp->status == 403 && t->kind->place != PLACE_FILE;
			task_end(t, OUT_FAILED, "%s", rp->why);
		}
		return;
	case QTEST_DOUBT:
		task_end(t, OUT_DOUBT, "%s", rp->why);
		return;
	case QTEST_UNSENT:
		task_end(t, OUT_UNDO, "not sent");
		return;
	}
}
