#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "cache/id_cache.h"
#include "conflict/name_conflict.h"
#include "files/file_effect.h"
#include "files/file_inline.h"
#include "input/input.h"
#include "links/link_effect.h"
#include "links/link_send.h"
#include "recover/doubt.h"
#include "work/marker.h"
#include "relink/relink.h"
#include "relink/relink_text.h"
#include "steps/step_results.h"
#include "work/field_body.h"
#include "work/kind.h"
#include "work/prepare.h"
#include "work/queue.h"
#include "work/resolve.h"
#include "work/task.h"
#include "work/update.h"
#include "work/work.h"

/* Let a task write by path, which is moved; with --adopt search for its object first.  0, -1. */
static int
prepare_write_next(struct task *t, const char *method, enum effect_verb verb, char *path,
    struct err *e)
{
	if (task_is_sought(t) && t->e.type != KIND_FIELD) {
		adopt_lookup(t, path);
		return 0;
	}
	free(t->path);
	t->path = path;
	t->method = method;
	t->verb = verb;
	t->state = TASK_WRITE;
	return verb == VERB_CREATE ? file_inline_add(t, e) : 0;
}

/* Check if the case was written after its last approval.  1, 0, -1. */
static int
prepare_written(struct task *t, struct err *e)
{
	const struct task *c;
	struct effect f;
	int rc;

	if (t->e.id == 0)
		return 1;
	/* a task that ended in this turn is not in the ledger yet */
	for (c = t->work->queue->head; c != NULL; c = c->next)
		if (c->e.type == KIND_CASE && strcmp(c->e.ekey, t->e.ekey) == 0)
			return !task_was_present(c);
	rc = ledger_find(&t->session->ledger, t->e.kind, t->e.ekey, &f, e);
	if (rc == 1)
		rc = f.hash == NULL;
	effect_free(&f);
	return rc;
}

/* End a task whose object is in qTest as desired, with the ids in .e. */
static void
prepare_end_present(struct task *t)
{
	t->out = OUT_SAME;
	t->state = TASK_ENDED;
	id_cache_put(t->work->ids, t->e.kind, t->e.ekey, t->e.id, t->e.version_id, 0);
	queue_retry(t->work->queue, t->e.kind, t->e.ekey);
}

/* True if zload uses the case of an approval, whose row is given, as it was in qTest before. */
static int
prepare_case_is_used(const struct task *t, const struct effect *row)
{
	const char *how = row->conflict;
	const struct task *c;

	/* a task that ended in this turn is not in the ledger yet */
	for (c = t->work->queue->head; c != NULL; c = c->next)
		if (c->e.type == KIND_CASE && strcmp(c->e.ekey, t->e.ekey) == 0)
			how = c->e.conflict;
	return how != NULL && strcmp(how, "skip") == 0;
}

/* Block the approval of a case until its files are uploaded: on some sites each of them changes
   the version.  1 when none is open, 0, -1. */
static int
prepare_await_files(struct task *t, struct err *e)
{
	char *ekey;
	int rc = ledger_open_file(&t->session->ledger, t->e.skey, &ekey, e);

	if (rc == 1)
		task_block(t, "blob", ekey);
	free(ekey);
	return rc == -1 ? -1 : rc == 0;
}

int
prepare_approve(struct task *t, struct err *e)
{
	struct effect c;
	struct known_id k;
	char *path;
	int rc, kept, is_used;

	if ((rc = ledger_find(&t->session->ledger, "case", t->e.ekey, &c, e)) == -1)
		return -1;
	kept = rc == 1 && t->e.id != 0 && c.hash != NULL && c.desired_hash != NULL &&
	    c.state == STATE_DONE && !effect_holds_desired(&c);
	is_used = prepare_case_is_used(t, &c);
	effect_free(&c);
	if (kept) {
		task_end(t, OUT_KEPT, "its case was edited in qTest");
		return 0;
	}
	if ((rc = relink_precedes(t, e)) != 0)
		return rc == -1 ? -1 : 0;
	if ((rc = id_cache_find(t->work->ids, "case", t->e.ekey, &k, t->why,
	    sizeof(t->why), e)) == -1)
		return -1;
	if (rc != ID_DONE) {
		task_block(t, "case", t->e.ekey);
		return 0;
	}
	t->parent = k.id;
	snprintf(t->hash, sizeof(t->hash), "%s", t->e.desired_hash);
	path = kind_create(t->kind, &t->e, k.id, NULL);
	if (is_used) {
		t->e.id = k.id;
		t->e.version_id = k.version;
	}
	if (is_used || (rc = prepare_written(t, e)) != 1) {
		t->path = path;
		if (rc != -1)
			prepare_end_present(t);
		return rc == -1 ? -1 : 0;
	}
	if (t->work->input->has_files && (rc = prepare_await_files(t, e)) != 1) {
		free(path);
		return rc;
	}
	return prepare_write_next(t, "PUT", t->e.id != 0 ? VERB_UPDATE : VERB_CREATE, path, e);
}

/*
 * End the task of a field that qTest has already, created by hand or by another loader:
 * qTest would refuse to create it again.  1 when the task has ended, 0 when the field is
 * missing.
 */
static int
prepare_field_exists(struct task *t)
{
	size_t n = strcspn(t->e.ekey, "/");
	char *artifact = mem_dupn(t->e.ekey, n);
	const struct field *f = fields_find_any(t->session->fields, artifact, t->e.ekey + n + 1);

	free(artifact);
	if (f == NULL)
		return 0;
	if (!f->active) {
		task_end(t, OUT_FAILED, "the field is inactive in qTest; activate it");
		return 1;
	}
	free(t->path);
	t->path = kind_create(t->kind, &t->e, 0, NULL);
	t->e.id = f->id;
	snprintf(t->hash, sizeof(t->hash), "%s", t->e.desired_hash);
	prepare_end_present(t);
	return 1;
}

int
prepare_field(struct task *t, struct err *e)
{
	struct json spec = { 0 };

	(void)e;
	if (prepare_field_exists(t))
		return 0;
	if (!field_body(&t->work->input->specs, t->e.ekey, &spec)) {
		task_end(t, OUT_SKIPPED, "the map no longer names this field");
		return 0;
	}
	json_dump(&spec, &t->text);
	t->body = spec;
	snprintf(t->hash, sizeof(t->hash), "%s", t->e.desired_hash);
	return prepare_write_next(t, "POST", VERB_CREATE, kind_create(t->kind, &t->e, 0, NULL), e);
}

/* Note if the log of a task is older than another log of its run.  0, -1. */
static int
prepare_check_history(struct task *t, const struct json *parent, struct err *e)
{
	const char *s = json_str(&t->body, "exe_end_date");
	const char *run = json_str(parent, "$ref");
	struct known_id k;
	int rc;

	if (t->kind->place != PLACE_RUN || s == NULL || run == NULL ||
	    strncmp(run, "run/", 4) != 0 || time_parse(s, &t->end_ms) == -1)
		return 0;
	rc = id_cache_find(t->work->ids, "run", run + 4, &k, NULL, 0, e);
	t->is_older = rc == ID_DONE && t->e.id == 0 && t->end_ms < k.last_ms;
	return rc == -1 ? -1 : 0;
}

/* Put the body and the parent of a row, with ids, into the task; kind is the parent's.  1, 0
   when the task is blocked or has ended, -1. */
static int
prepare_resolve(struct task *t, const struct json *row, char kind[32], struct err *e)
{
	struct json body = json_member(row, "body"), parent = json_member(row, "parent");
	struct json symbolic = json_copy(&body);
	int rc = resolve_parent(t, &parent, &t->parent, kind, e);

	if (t->kind->place == PLACE_RUN)
		json_del(&symbolic, "test_step_logs");
	if (rc == 1)
		rc = resolve(t, &symbolic, &t->body, e);
	json_free(&symbolic);
	if (rc == 1 && t->kind->place == PLACE_RUN)
		rc = step_results(t, &body, e);
	if (rc == 1 && t->e.id == 0 && step_logs(t, e) == -1)
		rc = -1;
	if (rc == 1)
		marker_sign(t);
	if (rc == 1 && prepare_check_history(t, &parent, e) == -1)
		rc = -1;
	json_free(&body);
	json_free(&parent);
	if (rc == 1) {
		task_text_update(t);
		rc = relink_put(t, e) == -1 ? -1 : 1;
	}
	return rc;
}

/* Prepare the upload of a file from its row.  0, -1. */
static int
prepare_file(struct task *t, const struct json *row, struct err *e)
{
	char *path;
	int rc;

	if ((rc = file_is_present(t, row, e)) == -1)
		return -1;
	if (rc == 1) {
		t->body = json_get(row, "body");
		task_text_update(t);
		t->path = mem_dup(t->e.path);
		prepare_end_present(t);
		return 0;
	}
	rc = file_prepare(t, row, &path, e);
	if (rc == 1 && t->e.verb == VERB_RECHECK && t->path != NULL && strcmp(t->path, path) != 0)
		t->origin = ORIGIN_LEDGER;	/* the search was for another step */
	return rc == 1 ? prepare_write_next(t, "POST", VERB_CREATE, path, e) : rc;
}

/* Prepare a link from its row.  0, -1. */
static int
prepare_link(struct task *t, const struct json *row, struct err *e)
{
	char *path;
	int rc = link_prepare(t, row, &path, e);

	if (rc != 1)
		return rc;
	if (t->e.id != 0) {
		t->path = path;
		prepare_end_present(t);
		return 0;
	}
	rc = prepare_write_next(t, "POST", VERB_CREATE, path, e);
	if (t->state == TASK_WRITE)
		link_lead(t);
	return rc;
}

static int
prepare_body(struct task *t, const char *text, const char *hash, struct err *e)
{
	struct json doc = { 0 };
	char kind[32];
	int rc;

	if (json_parse(&doc, text, strlen(text), NULL, e) == -1)
		return err_at(e, "target %s %s", t->e.kind, t->e.ekey);
	json_free(&t->body);
	snprintf(t->hash, sizeof(t->hash), "%s", hash);
	if (t->kind->place == PLACE_FILE || t->kind->place == PLACE_LINK) {
		rc = t->kind->place == PLACE_FILE ? prepare_file(t, &doc, e) :
		    prepare_link(t, &doc, e);
		json_free(&doc);
		return rc;
	}
	rc = prepare_resolve(t, &doc, kind, e);
	json_free(&doc);
	if (rc != 1)
		return rc;
	t->parent_kind = effect_kind_parse(kind);
	if ((rc = name_conflict(t, e)) != 1)
		return rc;
	if (t->e.id != 0) {
		if (t->kind->place == PLACE_RUN)	/* a log keeps its version */
			json_del(&t->body, "test_case_version_id");
		free(t->move_path);		/* names the desired parent */
		t->move_path = kind_create(t->kind, &t->e, t->parent, kind);
		return update_ask(t, e);
	}
	return prepare_write_next(t, "POST", VERB_CREATE,
	    kind_create(t->kind, &t->e, t->parent, kind), e);
}

int
prepare_row(struct task *t, struct err *e)
{
	struct target row;
	int rc;

	/* a body of an earlier pass may have been replaced; a long body is NULL here */
	if (t->e.body != NULL && t->e.pass >= t->work->input->pass)
		return prepare_body(t, t->e.body, t->e.body_hash, e);
	rc = target_get(t->session->db, t->session->ledger.project, t->e.map, t->e.kind, t->e.ekey,
	    &row, e);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		task_end(t, OUT_FAILED, "its body is not in the database; run `ztransform` again");
		return 0;
	}
	rc = prepare_body(t, row.body, row.hash, e);
	target_free(&row);
	return rc;
}
