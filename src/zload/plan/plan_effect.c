#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"
#include "session.h"
#include "files/file_effect.h"
#include "plan/plan_effect.h"
#include "recover/restore.h"
#include "work/kind.h"
#include "work/task.h"
#include "work/work.h"

void
plan_effect_end(struct plan_effect *p, enum plan_verb verb, const char *why, const char *more)
{
	free(p->reason);
	p->reason = more != NULL ? mem_fmt("%s: %s", why, more) : mem_dup(why);
	p->verb = verb;
	p->requests = verb == PLAN_SKIP || verb == PLAN_CONFLICT ? 0 :
	    verb == PLAN_UPDATE ? 2 : 1;
	p->state = PLAN_DECIDED;
}

static struct plan_effect *
plan_effect_make(struct work *w, const struct effect *f, const char *body)
{
	struct plan_effect *p = mem_zalloc(sizeof(*p));
	int s = stream_find(f->stream);

	p->task = mem_zalloc(sizeof(*p->task));
	*p->task = (struct task){ .work = w, .session = w->session, .kind = kind_of(f->type),
	    .stream = s != -1 ? (enum stream)s : STREAM_COUNT };
	effect_copy(&p->task->e, f);
	p->body = mem_dup(body);
	return p;
}

void
plan_effect_free(struct plan_effect *p)
{
	task_free(p->task);
	free(p->body);
	free(p->reason);
	free(p->was);
	buf_free(&p->changes);
	free(p);
}

const char *
plan_effect_member(const struct plan_effect *p, const char *name, size_t *len)
{
	const char *body = json_find(p->body, strlen(p->body), "body", len);

	return body != NULL ? json_find(body, *len, name, len) : NULL;
}

/* Move a text of the ledger's row to the effect of a plan. */
static void
plan_effect_text_move(char **to, char **from)
{
	free(*to);
	*to = *from;
	*from = NULL;
}

/* Move the ids of the ledger's row to the effect of a plan. */
static void
plan_effect_ids_move(struct plan_effect *p, struct effect *row)
{
	struct effect *f = &p->task->e;
	int is_made = row->state != STATE_ROLLED_BACK &&
	    (row->id != 0 || row->state == STATE_DONE);

	f->state = row->state;
	if (!is_made)
		return;
	f->id = row->id;
	f->version_id = row->version_id;
	p->was = mem_dup(row->hash);
	plan_effect_text_move(&f->pid, &row->pid);
	plan_effect_text_move(&f->modified, &row->modified);
	f->hash = mem_dup(row->hash);
	plan_effect_text_move(&f->path, &row->path);
	plan_effect_text_move(&f->conflict, &row->conflict);
}

/* Return the verb by which an effect comes to qTest. */
static enum plan_verb
plan_effect_verb_create(const struct plan_effect *p)
{
	enum effect_kind type = p->task->e.type;

	return type == KIND_APPROVE ? PLAN_APPROVE : type == KIND_BLOB ? PLAN_UPLOAD : PLAN_CREATE;
}

/* Decide an effect that is not in qTest.  why: of its last failure, or NULL. */
static void
plan_effect_create(struct plan_effect *p, const char *why)
{
	const struct effect *f = &p->task->e;
	enum plan_verb verb = plan_effect_verb_create(p);

	if (f->type == KIND_LINK && strncmp(f->ekey, "test-logs/", 10) == 0 &&
	    qtest_integration(p->task->session->qtest) == INTEGRATION_NONE)
		plan_effect_end(p, PLAN_SKIP, "it stays text: qTest has no integration with Jira",
		    NULL);
	else if (f->state == STATE_FAILED || f->state == STATE_SKIPPED)
		plan_effect_end(p, verb, "not in qTest; it failed before", why);
	else if (f->state == STATE_INTENT)
		plan_effect_end(p, verb, "its request is unconfirmed; it is looked for in qTest "
		    "first", NULL);
	else if (f->state == STATE_ROLLED_BACK)
		plan_effect_end(p, verb, "not in qTest; it was rolled back", NULL);
	else
		plan_effect_end(p, verb, f->type == KIND_APPROVE ? "not approved yet" :
		    "not in qTest", NULL);
}

/* Let the name of an object that is to be created be looked for in its container. */
static void
plan_effect_seek_begin(struct plan_effect *p)
{
	const struct effect *f = &p->task->e;

	switch (f->type) {
	case KIND_MODULE: case KIND_CASE: case KIND_RELEASE: case KIND_CYCLE: case KIND_SUITE:
	case KIND_RUN:
		if (f->state != STATE_INTENT)
			p->state = PLAN_SEEKING;
		break;
	default:
		break;
	}
}

/* Decide a file that was uploaded: other bytes are another file.  0, -1. */
static int
plan_effect_file(struct plan_effect *p, struct err *e)
{
	struct json row = { 0 };
	int rc = json_parse(&row, p->body, strlen(p->body), NULL, e);

	if (rc == 0)
		rc = file_is_present(p->task, &row, e);
	json_free(&row);
	if (rc == 0)
		plan_effect_end(p, PLAN_UPLOAD, "its bytes changed in Zephyr", NULL);
	else if (rc == 1)
		plan_effect_end(p, PLAN_SKIP, "unchanged", NULL);
	return rc == -1 ? -1 : 0;
}

/* Decide the links of a text: a new object has them when it is created, or by one update. */
static void
plan_effect_relink(struct plan_effect *p, const struct effect *row)
{
	const struct effect *f = &p->task->e;

	if (row->state == STATE_DONE && row->hash != NULL &&
	    strcmp(row->hash, f->desired_hash) == 0)
		plan_effect_end(p, PLAN_SKIP, "unchanged", NULL);
	else {
		plan_effect_end(p, PLAN_UPDATE, "its texts mention other objects; they become "
		    "links", NULL);
		p->requests = 0;
	}
}

void
plan_effect_deleted(struct plan_effect *p)
{
	p->is_deleted = 1;
	if (p->task->session->options->restore) {
		plan_effect_end(p, plan_effect_verb_create(p), "deleted in qTest "
		    "(--restore-missing)", NULL);
		return;
	}
	plan_effect_end(p, PLAN_CONFLICT, "deleted in qTest", NULL);
	p->conflict = CONFLICT_DELETED;
	p->recommended = "skip";
}

void
plan_effect_depends(struct plan_effect *p)
{
	const struct effect *f = &p->task->e;
	int restores = p->task->session->options->restore, is_read = p->is_again;

	p->is_again = 1;
	if (f->type == KIND_RELINK || f->id == 0)
		return;
	if (restore_is_object(f->kind) && !p->is_deleted) {
		if (restores && !is_read && p->verb == PLAN_SKIP)
			p->state = PLAN_NEW;	/* it may have been deleted, too */
		else if (restores && p->verb == PLAN_SKIP)
			plan_effect_end(p, PLAN_UPDATE, "it refers to an object that is created "
			    "again (--restore-missing)", NULL);
		return;
	}
	p->is_deleted = 1;
	p->conflict = CONFLICT_NONE;
	p->recommended = NULL;
	if (restores)
		plan_effect_end(p, plan_effect_verb_create(p), "it belongs to an object that was "
		    "deleted in qTest (--restore-missing)", NULL);
	else
		plan_effect_end(p, PLAN_SKIP, "it belongs to an object that was deleted in qTest, "
		    "and is restored with it", NULL);
}

/* Decide an effect by its row of the ledger, or let its object be read.  0, -1. */
static int
plan_effect_by_ledger(struct plan_effect *p, const struct effect *row, struct err *e)
{
	struct effect *f = &p->task->e;
	int is_desired = row->desired_hash != NULL && row->state == STATE_DONE &&
	    strcmp(row->desired_hash, f->desired_hash) == 0;

	if (f->type == KIND_RELINK) {
		plan_effect_relink(p, row);
		return 0;
	}
	if (row->kind == NULL || row->state == STATE_ROLLED_BACK ||
	    (row->id == 0 && row->state != STATE_DONE)) {
		plan_effect_create(p, row->error);
		plan_effect_seek_begin(p);
		return 0;
	}
	if (row->deleted_at != 0)
		plan_effect_deleted(p);
	else if (f->type == KIND_APPROVE)
		p->state = PLAN_WAITING;
	else if (f->type == KIND_LINK ||
	    (is_desired && (effect_holds_desired(row) || row->hash == NULL)))
		plan_effect_end(p, PLAN_SKIP, "unchanged", NULL);
	else if (f->type == KIND_BLOB)
		return plan_effect_file(p, e);
	return 0;
}

struct plan_effect *
plan_effect_new(struct work *w, const struct effect *f, const struct target *row, int is_gone,
    struct err *e)
{
	struct plan_effect *p = plan_effect_make(w, f, row->body);
	struct effect known;
	int rc = ledger_find(&w->session->ledger, f->kind, f->ekey, &known, e);

	if (rc == 1)
		plan_effect_ids_move(p, &known);
	if (is_gone)
		plan_effect_end(p, PLAN_SKIP, "no longer in Zephyr", NULL);
	else if (p->task->kind == NULL)
		plan_effect_end(p, PLAN_SKIP, "this version does not know effects of its kind",
		    NULL);
	else if (rc != -1)
		rc = plan_effect_by_ledger(p, &known, e);
	effect_free(&known);
	if (rc != -1)
		return p;
	plan_effect_free(p);
	return NULL;
}

struct plan_effect *
plan_effect_of_field(struct work *w, const struct json *spec)
{
	struct effect f = { .type = KIND_FIELD, .kind = mem_dup("field"),
	    .ekey = mem_fmt("%s/%s", json_str(spec, "artifact"), json_str(spec, "label")),
	    .needs = mem_dup("[]") };
	struct json named = json_object(), row = json_object();
	struct plan_effect *p;
	struct buf b = { 0 };

	json_set_str(&named, "name", json_str(spec, "label"));
	json_set(&row, "body", named);
	json_dump(&row, &b);
	p = plan_effect_make(w, &f, buf_str(&b));
	plan_effect_end(p, PLAN_CREATE, "not in qTest", NULL);
	effect_free(&f);
	json_free(&row);
	buf_free(&b);
	return p;
}

void
plan_effect_approve(struct plan_effect *p, enum plan_verb of_case)
{
	const struct effect *f = &p->task->e;

	if (of_case == PLAN_UPDATE)
		plan_effect_end(p, PLAN_APPROVE, "its case is updated", NULL);
	else if (of_case == PLAN_CONFLICT)
		plan_effect_end(p, PLAN_SKIP, "its case is not updated", NULL);
	else if (f->hash == NULL || of_case == PLAN_CREATE)
		plan_effect_end(p, PLAN_APPROVE, "not approved yet", NULL);
	else
		plan_effect_end(p, PLAN_SKIP, "unchanged", NULL);
}
