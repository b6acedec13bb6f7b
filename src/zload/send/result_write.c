#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "cache/id_cache.h"
#include "files/file_effect.h"
#include "files/file_inline.h"
#include "files/file_steps.h"
#include "input/input.h"
#include "links/link_effect.h"
#include "recover/doubt.h"
#include "recover/restore.h"
#include "relink/relink.h"
#include "relink/relink_text.h"
#include "send/result.h"
#include "send/result_write.h"
#include "steps/step_finding.h"
#include "work/empty.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

enum { DENIED_MAX = 5 };

/* Record a warning about the record of a task.  0, -1. */
static int
result_warn(struct task *t, const char *rule, const char *what, struct err *e)
{
	return t->stream == STREAM_COUNT ? 0 : finding_issue(&t->session->finding, "load",
	    t->stream, t->e.skey, rule, "warning", what, e);
}

/* Record if a value that Zephyr no longer has could not be removed from qTest.  0, -1. */
static int
result_write_emptied(struct task *t, struct err *e)
{
	if (t->emptying == EMPTYING_NONE)
		return 0;
	if (empty_left(t))
		return result_warn(t, "not-emptied",
		    "Zephyr no longer has this date or release, but qTest's API cannot remove it; "
		    "clear it in qTest by hand", e);
	return t->stream == STREAM_COUNT ? 0 : finding_forget(&t->session->finding, "load",
	    t->stream, t->e.skey, "not-emptied", e);
}

/* True if the task updated a case, which must be approved again. */
static int
result_needs_approval(const struct task *t)
{
	return t->e.type == KIND_CASE && t->verb == VERB_UPDATE;
}

/* True if the task, or its earlier run, put the steps of a case, so that their files may be
   gone. */
static int
result_puts_steps(const struct task *t)
{
	return result_needs_approval(t) && t->request.len == 0 &&
	    json_type(&t->body, "test_steps") == JSON_ARR;
}

/* Store the end of the execution of a log with its run.  0, -1. */
static int
result_write_end(struct task *t, struct err *e)
{
	char *run = t->kind->place == PLACE_RUN && t->end_ms != 0 ? result_run_of(&t->e) : NULL;
	int rc = run != NULL ? ledger_last_log(&t->session->ledger, run, t->end_ms, e) : 0;

	free(run);
	return rc;
}

/* Note if the approval of the case of an uploaded file or a link must be checked.  0, -1. */
static int
result_check_version(struct task *t, struct err *e)
{
	struct known_id k;
	int rc;

	if (t->changes_version || (!file_steps_may_change(t) && !link_may_change(t)))
		return 0;
	rc = id_cache_find(t->work->ids, "approve", t->e.skey, &k, NULL, 0, e);
	t->changes_version = rc == ID_DONE;
	return rc == -1 ? -1 : 0;
}

static int
result_write_done(struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;
	int present = task_was_present(t), approved = t->kind->place == PLACE_APPROVE;

	if (result_check_version(t, e) == -1)
		return -1;
	/* an approval changes the date of its case */
	if ((present && ledger_intent(lg, &t->e, t->hash, t->origin == ORIGIN_LOOKUP &&
	    t->e.verb != VERB_RECHECK ? VERB_ADOPT : VERB_SAME, t->path, buf_str(&t->text),
	    e) == -1) ||
	    ledger_done(lg, &t->e, present && approved, e) == -1 ||
	    (t->out == OUT_DONE && t->verb == VERB_CREATE && file_inline_write(t, e) == -1) ||
	    (approved && !present && t->e.modified != NULL &&
	    ledger_modified(lg, "case", t->e.ekey, t->e.modified, e) == -1) ||
	    (result_needs_approval(t) && ledger_again(lg, "approve", t->e.ekey, e) == -1) ||
	    (result_puts_steps(t) && ledger_recheck_steps(lg, t->e.skey, e) == -1) ||
	    (t->changes_version && ledger_recheck(lg, "approve", t->e.skey, e) == -1) ||
	    (t->superseded && t->e.type == KIND_BLOB &&
	    ledger_recheck(lg, t->e.kind, t->e.ekey, e) == -1) ||
	    result_write_end(t, e) == -1 ||
	    (t->is_older && result_warn(t, "history-order", "its log is older than one that the "
	    "run already has; the run shows the status of the log written last", e) == -1) ||
	    result_write_emptied(t, e) == -1 || step_texts_write(t, e) == -1 ||
	    relink_write_owner(t, e) == -1 ||
	    (t->out != OUT_KEPT_ADOPTED && t->why[0] != '\0' &&
	    result_warn(t, "user-unknown", t->why, e) == -1))
		return -1;
	return t->stream == STREAM_COUNT ? 0 : finding_clear_loaded(&t->session->finding,
	    t->stream, t->e.skey, e);
}

/* Make the effect of a task pending again.  What was read back is not certain: a PUT may have
   arrived although the texts are alike, and the step of a file may have another id.  0, -1. */
static int
result_write_undone(struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;

	if (ledger_undo(lg, t->e.kind, t->e.ekey, relink_text_is_due(t) ? LEDGER_RELINK : NULL,
	    e) == -1)
		return -1;
	if (t->e.verb == VERB_RECHECK)
		return ledger_recheck(lg, t->e.kind, t->e.ekey, e);
	return t->origin == ORIGIN_READBACK && result_puts_steps(t) ?
	    ledger_recheck_steps(lg, t->e.skey, e) : 0;
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

/* Record that a file or link, which the text of its object names, is not in qTest.  0, -1. */
static int
result_not_loaded(struct task *t, struct err *e)
{
	return t->e.type == KIND_BLOB ? file_not_loaded(t, e) :
	    t->e.type == KIND_LINK ? link_not_loaded(t, e) : 0;
}

static int
result_write_failed(struct task *t, struct err *e)
{
	char rule[24];

	if (ledger_fail(&t->session->ledger, t->e.kind, t->e.ekey, STATE_FAILED, t->why,
	    t->status, e) == -1 || (t->status == 404 && t->session->options->restore &&
	    t->out != OUT_DELETED && restore_check_needs(t, e) == -1))
		return -1;
	if (t->e.type == KIND_BLOB || t->e.type == KIND_LINK)
		return result_not_loaded(t, e);
	return t->stream == STREAM_COUNT ? 0 : finding_reject(&t->session->finding, "zload",
	    t->stream, t->e.skey, result_rule_of(t, rule, sizeof(rule)), t->why, NULL, NULL,
	    NULL, e);
}

/* Record that the object of a task was deleted, which is a failure unless it is restored.
   0, -1. */
static int
result_write_deleted(struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;

	if (ledger_mark_deleted(lg, t->e.kind, t->e.ekey, e) == -1)
		return -1;
	return restore_is_asked(t) ? ledger_fail(lg, t->e.kind, t->e.ekey, STATE_FAILED,
	    t->why, 404, e) : result_write_failed(t, e);
}

int
result_write(struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;
	const char *kind = t->e.kind, *ekey = t->e.ekey;

	switch (t->out) {
	case OUT_NONE:
		break;
	case OUT_DONE:
	case OUT_SAME:
		return t->e.type == KIND_RELINK ? relink_write(t, e) : result_write_done(t, e);
	case OUT_FAILED:
		return result_write_failed(t, e);
	case OUT_DELETED:
		return result_write_deleted(t, e);
	case OUT_SKIPPED:
	case OUT_GONE:
		if (ledger_fail(lg, kind, ekey, t->out == OUT_GONE ? STATE_GONE :
		    STATE_SKIPPED, t->why, 0, e) == -1)
			return -1;
		return t->out == OUT_SKIPPED ? result_not_loaded(t, e) : 0;
	case OUT_KEPT_ADOPTED:
	case OUT_KEPT:
		return (t->out == OUT_KEPT_ADOPTED && result_write_done(t, e) == -1) ||
		    ledger_keep(lg, kind, ekey, t->why, e) == -1 ||
		    (t->e.type != KIND_APPROVE && result_warn(t, "edited", t->why, e) == -1) ?
		    -1 : 0;
	case OUT_DOUBT:
		return ledger_touch(lg, kind, ekey, e);
	case OUT_UNDO:
		return result_write_undone(t, e);
	}
	return 0;
}

/* Return the record {"effects":[E],"key":K} of a task (the caller frees it), which can be
   corrected and loaded again; NULL when the database does not hold it. */
static char *
result_record_of(struct task *t, struct err *e)
{
	struct json doc = { 0 }, one, list, out;
	struct buf b = { 0 };
	struct target row;

	if (target_get(t->session->db, t->session->ledger.project, t->e.map, t->e.kind,
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
result_report_failed(struct task *t, struct err *e)
{
	struct reject *r = &t->session->reject;
	char rule[24], *rec;
	int rc = 0;

	log_warn(t->e.stream, "%s %s: %s%s", t->e.kind, t->e.ekey, t->why,
	    t->status == 403 ? "; the user's profile may lack a right" : "");
	if (r->path != NULL && t->e.type != KIND_BLOB && t->e.type != KIND_LINK) {
		rec = result_record_of(t, e);
		rc = reject_put(r, t->e.stream, result_rule_of(t, rule, sizeof(rule)),
		    t->why, NULL, 0, rec != NULL ? rec : t->e.ekey,
		    strlen(rec != NULL ? rec : t->e.ekey), rec != NULL, e);
		free(rec);
	}
	if (rc == 0 && t->session->denied >= DENIED_MAX)
		rc = err_set(e, ZX_AUTH, "qTest denies every write (%s): the user's profile "
		    "lacks a right; grant it and run the same command again (finished work is "
		    "recorded)", t->why);
	return rc;
}

/* Read the files of the steps again that a task put, or may have put. */
static void
result_recheck_steps(struct task *t)
{
	if (!result_puts_steps(t))
		return;
	t->work->input->has_files = 1;
	queue_stale_steps(t->work->queue, t->e.skey);
}

int
result_after_commit(struct task *t, struct err *e)
{
	struct queue *q = t->work->queue;

	switch (t->out) {
	case OUT_NONE:
		return 0;
	case OUT_DONE:
	case OUT_SAME:
		if (t->out == OUT_DONE && t->verb == VERB_CREATE)
			file_inline_forget(t);
		result_recheck_steps(t);
		relink_owner_committed(t);
		if (t->superseded || t->origin == ORIGIN_READBACK || result_needs_approval(t))
			queue_back(q, &t->e);
		if (t->changes_version && t->e.type == KIND_LINK)
			t->work->recheck = 1;
		else if (t->changes_version) {
			id_cache_drop(t->work->ids, "approve", t->e.skey);
			queue_back_record(q, &t->e);
		}
		/* a file that is in the ledger no longer delays the approval of its case */
		if (t->origin == ORIGIN_READBACK || t->e.type == KIND_BLOB)
			queue_retry(q, t->e.kind, t->e.ekey);
		return t->e.type == KIND_RELINK ? relink_after_commit(t, e) : 0;
	case OUT_DOUBT:
		log_info(t->e.stream, "%s %s: %s; will be read back", t->e.kind, t->e.ekey, t->why);
		doubt_add(t->work->doubts, &t->e, t->path, t->verb);
		return 0;
	case OUT_UNDO:		/* it was in doubt: read its row again */
		result_recheck_steps(t);
		queue_back(q, &t->e);
		/* the relinks of a case wait while its approval is in doubt, and precede it then */
		queue_retry(q, t->e.kind, t->e.ekey);
		return 0;
	case OUT_FAILED:
	case OUT_DELETED:
		queue_retry(q, t->e.kind, t->e.ekey);
		if (t->out == OUT_FAILED || !restore_is_asked(t))
			return result_report_failed(t, e);
		t->session->deleted++;
		log_info(t->e.stream, "%s %s was deleted in qTest", t->e.kind, t->e.ekey);
		return 0;
	case OUT_SKIPPED:
	case OUT_GONE:
		log_info(t->e.stream, "%s %s %s: %s", t->e.kind, t->e.ekey,
		    t->out == OUT_GONE ? "not created" : "skipped", t->why);
		break;
	case OUT_KEPT:
	case OUT_KEPT_ADOPTED:
		if (t->e.type == KIND_APPROVE)		/* the warning is that of its case */
			break;
		log_warn(t->e.stream, "%s %s: %s; left unchanged (--overwrite-edits overwrites it)",
		    t->e.kind, t->e.ekey, t->why);
		break;
	}
	queue_retry(q, t->e.kind, t->e.ekey);
	return 0;
}
