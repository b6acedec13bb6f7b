#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "load.h"
#include "recover/doubt.h"
#include "send/result.h"
#include "send/result_write.h"
#include "steps/step_finding.h"
#include "work/empty.h"
#include "work/queue.h"
#include "work/task.h"

/* Write how a task ended into the ledger, and report it after the commit. */

enum { DENIED_MAX = 5 };

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

	if (t->emptying == EMPTYING_NONE)
		return 0;
	if (empty_left(t))
		return result_find_issue(t, "not-emptied",
		    "Zephyr no longer has this date or release, but qTest's API cannot remove it; "
		    "clear it in qTest by hand",
		    e);
	return s == -1 ? 0 : finding_forget(&t->load->finding, "load", (enum stream)s,
	    t->e.skey, "not-emptied", e);
}

/* Is its case to be approved once more, since it was updated? */
static int
result_needs_approval(const struct task *t)
{
	return t->e.type == KIND_CASE && t->verb == VERB_UPDATE;
}

static int
result_write_done(struct task *t, struct err *e)
{
	struct load *l = t->load;
	int s = stream_find(t->e.stream), stood = task_stood(t), rc;
	char *run;

	if (stood && ledger_intent(&l->ledger, &t->e, t->hash,
	    t->origin == ORIGIN_LOOKUP ? VERB_ADOPT : VERB_SAME, t->path,
	    buf_str(&t->text), e) == -1)
		return -1;
	if (ledger_done(&l->ledger, &t->e, stood && t->kind->place == PLACE_APPROVE,
	    e) == -1)
		return -1;
	/* the date of approval is the case's */
	if (t->kind->place == PLACE_APPROVE && t->e.modified != NULL && !stood &&
	    ledger_modified(&l->ledger, "case", t->e.ekey, t->e.modified, e) == -1)
		return -1;
	if (result_needs_approval(t) && ledger_again(&l->ledger, "approve", t->e.ekey, e) == -1)
		return -1;
	if (t->kind->place == PLACE_RUN && t->end_ms != 0 &&
	    (run = result_run_of(&t->e)) != NULL) {
		rc = ledger_last_log(&l->ledger, run, t->end_ms, e);
		free(run);
		if (rc == -1)
			return -1;
	}
	if (t->is_older && result_find_issue(t, "history-order", "its log is older than one that "
	    "the run already has; the run shows the status of the log written last", e) == -1)
		return -1;
	if (result_write_emptied(t, e) == -1 || step_texts_write(t, e) == -1)
		return -1;
	if (t->out != OUT_KEPT_ADOPTED && t->why[0] != '\0' &&
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
	case OUT_NONE:
		break;
	case OUT_DONE:
	case OUT_SAME:
		return result_write_done(t, e);
	case OUT_FAILED:
		return result_write_failed(t, e);
	case OUT_SKIPPED:
		return ledger_fail(lg, kind, ekey, STATE_SKIPPED, t->why, 0, e);
	case OUT_GONE:
		return ledger_fail(lg, kind, ekey, STATE_GONE, t->why, 0, e);
	case OUT_KEPT_ADOPTED:
		if (result_write_done(t, e) == -1)
			return -1;
		/* FALLTHROUGH */
	case OUT_KEPT:
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
		rc = err_set(e, ZX_AUTH, "qTest denies one write after another (%s): the user's "
		    "profile lacks a right; everything so far is recorded: grant the right and run "
		    "the same command again", t->why);
	return rc;
}

int
result_after_commit(struct task *t, struct err *e)
{
	struct load *l = t->load;

	switch (t->out) {
	case OUT_NONE:
		return 0;
	case OUT_DONE:
	case OUT_SAME:
		if (t->superseded || t->origin == ORIGIN_READBACK || result_needs_approval(t))
			queue_back(l, &t->e);
		if (t->origin == ORIGIN_READBACK)
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
		log_info(t->e.stream, "%s %s not created: %s", t->e.kind, t->e.ekey, t->why);
		queue_event(l, t->e.kind, t->e.ekey);
		return 0;
	case OUT_KEPT:
	case OUT_KEPT_ADOPTED:
		log_warn(t->e.stream, "%s %s: %s; left unchanged (--overwrite-edits overwrites it)",
		    t->e.kind, t->e.ekey, t->why);
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
