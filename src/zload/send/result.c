#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "load.h"

/* How a request ended, and what that means for its row. */

enum { DENIED_MAX = 5 };

/* The run of a log, by its needs. */
static char *
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
static void
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
static void
result_approve_done(struct task *t)
{
	struct json list = json_member(&t->doc, "test_steps");

	if (t->parent != 0)
		t->e.id = t->parent;
	free(t->e.detail);
	t->e.detail = NULL;
	steps_forget(t->load, t->e.ekey);
	steps_forget_calls(t->load);	/* who calls it may have been asked before */
	if (json_len(&list, "") > 0) {
		t->e.detail = steps_detail(&list, 0);
		steps_put(t->load, t->e.ekey, t->e.detail);
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
static void
result_field_done(struct task *t)
{
	const char *slash = strchr(t->e.ekey, '/');
	char *artifact = mem_dupn(t->e.ekey, slash != NULL ?
	    (size_t)(slash - t->e.ekey) : strlen(t->e.ekey));

	fields_add(t->load->fields, artifact, &t->doc);
	free(artifact);
}

void
result_done(struct task *t)
{
	struct effect *f = &t->e;

	f->id = json_int(&t->doc, "id", f->id);
	f->version_id = json_int(&t->doc, "test_case_version_id", f->version_id);
	result_text_take(&f->pid, &t->doc, "pid");
	result_text_take(&f->modified, &t->doc, "last_modified_date");
	if (t->kind->place == PLACE_APPROVE)
		result_approve_done(t);
	else if (t->kind->place == PLACE_RUN)
		result_log_done(t);
	else if (t->kind->place == PLACE_FIELD)
		result_field_done(t);
	t->out = OUT_DONE;
	t->stage = TASK_ENDED;
	if (t->adopted) {	/* if it is what is wanted now: result_after_commit */
		id_cache_drop(t->load, f->kind, f->ekey);
		return;
	}
	id_cache_put(t->load, f->kind, f->ekey, f->id, f->version_id,
	    f->type == KIND_RUN && f->detail != NULL ?
	    strtoll(f->detail, NULL, 10) : 0);
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
		t->stage = TASK_WRITE;
		return;
	}
	if (t->kind->place == PLACE_APPROVE ?
	    json_int(&t->doc, "test_case_version_id", 0) == 0 :
	    t->e.id == 0 && json_int(&t->doc, "id", 0) == 0)
		task_end(t, OUT_DOUBT, "the reply (%d) does not name the object",
		    rp->status);
	else
		result_done(t);
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
			t->stage = TASK_WRITE;
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

static int
result_find_issue(struct task *t, const char *rule, const char *what, struct err *e)
{
	int s = stream_find(t->e.stream);

	return s == -1 ? 0 : finding_issue(&t->load->finding, "load",
	    (enum stream)s, t->e.skey, rule, "warning", what, e);
}

/* A date or release that Zephyr has no more and qTest would not give up. */
static int
result_write_emptied(struct task *t, struct err *e)
{
	int s = stream_find(t->e.stream);

	if (!t->empties && !t->left)
		return 0;
	if (empty_left(t))
		return result_find_issue(t, "not-emptied",
		    "a date or release that Zephyr has no more"
		    " still stands in qTest, which does not take it back: empty it "
		    "there",
		    e);
	return s == -1 ? 0 : finding_forget(&t->load->finding, "load", (enum stream)s,
	    t->e.skey, "not-emptied", e);
}

/* An updated case is to be approved once more. */
static int
load_result_again(const struct task *t)
{
	return t->e.type == KIND_CASE && t->verb == VERB_UPDATE;
}

static int
result_write_done(struct task *t, struct err *e)
{
	struct load *l = t->load;
	int s = stream_find(t->e.stream), rc;
	char ms[24], *run;

	if (t->same && ledger_intent(&l->ledger, &t->e, t->hash,
	    t->lookup_done ? VERB_ADOPT : VERB_SAME, t->path, buf_str(&t->text), e) == -1)
		return -1;
	if (ledger_done(&l->ledger, &t->e, t->same && t->kind->place == PLACE_APPROVE,
	    e) == -1)
		return -1;
	/* the date of approval is the case's */
	if (t->kind->place == PLACE_APPROVE && t->e.modified != NULL && !t->same &&
	    ledger_modified(&l->ledger, "case", t->e.ekey, t->e.modified, e) == -1)
		return -1;
	if (load_result_again(t) && ledger_again(&l->ledger, "approve", t->e.ekey, e) == -1)
		return -1;
	if (t->kind->place == PLACE_RUN && t->end_ms != 0 &&
	    (run = result_run_of(&t->e)) != NULL) {
		snprintf(ms, sizeof(ms), "%" PRId64, t->end_ms);
		rc = ledger_detail(&l->ledger, "run", run, ms, e);
		free(run);
		if (rc == -1)
			return -1;
	}
	if (t->history && result_find_issue(t, "history-order", "its log is older than one"
	    " that the run had already: the run shows the status of the log"
	    " written last", e) == -1)
		return -1;
	if (result_write_emptied(t, e) == -1 || step_texts_write(t, e) == -1)
		return -1;
	if (t->out == OUT_DONE && t->why[0] != '\0' &&
	    result_find_issue(t, "user-unknown", t->why, e) == -1)
		return -1;
	return s == -1 ? 0 : finding_clear_loaded(&l->finding, (enum stream)s,
	    t->e.skey, e);
}

static const char *
result_rule_of(const struct task *t, char *out, size_t n)
{
	if (t->status >= 400)
		snprintf(out, n, "qtest-%d", t->status);
	else
		snprintf(out, n, "unresolved");
	return out;
}

static int
result_write_failed(struct task *t, struct err *e)
{
	struct load *l = t->load;
	int s = stream_find(t->e.stream);
	char rule[24];

	if (ledger_fail(&l->ledger, t->e.kind, t->e.ekey, STATE_FAILED, t->why,
	    t->status, e) == -1)
		return -1;
	return s == -1 ? 0 : finding_reject(&l->finding, "zload", (enum stream)s,
	    t->e.skey, result_rule_of(t, rule, sizeof(rule)), t->why, NULL, NULL, NULL, e);
}

int
result_write(struct task *t, struct err *e)
{
	struct ledger *lg = &t->load->ledger;
	const char *kind = t->e.kind, *ekey = t->e.ekey;

	switch (t->out) {
	case OUT_DONE:
		return result_write_done(t, e);
	case OUT_FAILED:
		return result_write_failed(t, e);
	case OUT_SKIPPED:
		return ledger_fail(lg, kind, ekey, STATE_SKIPPED, t->why, 0, e);
	case OUT_GONE:
		return ledger_fail(lg, kind, ekey, STATE_GONE, t->why, 0, e);
	case OUT_KEPT:
		if (t->same && result_write_done(t, e) == -1)
			return -1;
		if (ledger_keep(lg, kind, ekey, t->why, e) == -1)
			return -1;
		return result_find_issue(t, "edited", t->why, e);
	case OUT_DOUBT:
		return ledger_touch(lg, kind, ekey, e);
	case OUT_UNDO:
		return ledger_undo(lg, kind, ekey, e);
	}
	return 0;
}

/* {"effects":[E],"key":K}: what can be mended and piped in again. */
static char *
result_record_of(struct task *t, struct err *e)
{
	struct json doc = { 0 }, one, list, out;
	struct buf b = { 0 };
	struct target row;

	if (target_get(t->load->db, t->load->project, t->e.map, t->e.kind,
	    t->e.ekey, &row, e) != 1)
		return NULL;
	if (json_parse(&doc, row.body, strlen(row.body), NULL, e) == -1) {
		target_free(&row);
		return NULL;
	}
	one = json_copy(&doc);
	json_set_str(&one, "kind", row.kind);
	json_set_str(&one, "key", row.ekey);
	json_set(&one, "lane", row.lane != NULL ? json_string(row.lane) : json_null());
	json_free(&doc);
	if (json_parse(&doc, row.needs, strlen(row.needs), NULL, NULL) == 0)
		json_set(&one, "needs", doc);
	list = json_array();
	json_push(&list, one);
	out = json_object();
	json_set(&out, "effects", list);
	json_set_str(&out, "key", row.skey);
	json_dump(&out, &b);
	json_free(&out);
	target_free(&row);
	return buf_take(&b, NULL);
}

static int
result_tell_failed(struct task *t, struct err *e)
{
	struct reject *r = &t->load->reject;
	char rule[24], *rec;
	int rc = 0;

	log_warn(t->e.stream, "%s %s: %s", t->e.kind, t->e.ekey, t->why);
	if (r->path != NULL) {
		rec = result_record_of(t, e);
		rc = reject_put(r, t->e.stream, result_rule_of(t, rule, sizeof(rule)),
		    t->why, NULL, 0, rec != NULL ? rec : t->e.ekey,
		    strlen(rec != NULL ? rec : t->e.ekey), rec != NULL, e);
		free(rec);
	}
	if (rc == 0 && t->load->denied >= DENIED_MAX)
		rc = err_set(e, ZX_AUTH, "qTest refuses one write after the other"
		    " (%s): the profile lacks the right; everything so far is"
		    " recorded, run it again when it is given", t->why);
	return rc;
}

int
result_after_commit(struct task *t, struct err *e)
{
	struct load *l = t->load;

	switch (t->out) {
	case OUT_DONE:
		if (t->stale || t->adopted || load_result_again(t))
			queue_back(l, &t->e);
		if (t->adopted)
			queue_event(l, t->e.kind, t->e.ekey);
		return 0;
	case OUT_FAILED:
		queue_event(l, t->e.kind, t->e.ekey);
		return result_tell_failed(t, e);
	case OUT_SKIPPED:
		log_info(t->e.stream, "%s %s skipped: %s", t->e.kind, t->e.ekey, t->why);
		queue_event(l, t->e.kind, t->e.ekey);
		return 0;
	case OUT_GONE:
		log_info(t->e.stream, "%s %s is not made: %s", t->e.kind, t->e.ekey, t->why);
		queue_event(l, t->e.kind, t->e.ekey);
		return 0;
	case OUT_KEPT:
		log_warn(t->e.stream, "%s %s: %s; left as it is (--overwrite-edits"
		    " takes it back)", t->e.kind, t->e.ekey, t->why);
		queue_event(l, t->e.kind, t->e.ekey);
		return 0;
	case OUT_DOUBT:
		log_info(t->e.stream, "%s %s: %s; will be read back", t->e.kind,
		    t->e.ekey, t->why);
		doubt_add(l, &t->e, t->path, t->verb, 0);
		return 0;
	case OUT_UNDO:		/* was in doubt: as the ledger has it now */
		queue_back(l, &t->e);
		return 0;
	}
	return 0;
}
