#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"
#include "io/json/json_out.h"
#include "session.h"
#include "conflict/name_conflict.h"
#include "files/file_effect.h"
#include "plan/plan_effect.h"
#include "work/field_changes.h"
#include "work/kind.h"
#include "work/marker.h"
#include "work/resolve.h"
#include "work/task.h"
#include "work/update.h"
#include "work/work.h"

/* Decide an effect: the reason is the text why, followed by more unless that is NULL. */
static void
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
	plan_effect_text_move(&f->hash, &row->hash);
	plan_effect_text_move(&f->path, &row->path);
	plan_effect_text_move(&f->conflict, &row->conflict);
}

/* Decide an effect that is not in qTest.  why: of its last failure, or NULL. */
static void
plan_effect_create(struct plan_effect *p, const char *why)
{
	const struct effect *f = &p->task->e;
	enum plan_verb verb = f->type == KIND_APPROVE ? PLAN_APPROVE :
	    f->type == KIND_BLOB ? PLAN_UPLOAD : PLAN_CREATE;

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
		return 0;
	}
	if (f->type == KIND_APPROVE)
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

/* Put the body and the parent of the row, with ids as far as they exist, into the task.
   1, 0 when the task has ended, -1. */
static int
plan_effect_resolve(struct plan_effect *p, struct err *e)
{
	struct json row = { 0 }, body, parent;
	struct task *t = p->task;
	char kind[32];
	int rc;

	if (json_parse(&row, p->body, strlen(p->body), NULL, e) == -1)
		return -1;
	body = json_get(&row, "body");
	parent = json_get(&row, "parent");
	json_free(&row);
	if ((rc = resolve_parent(t, &parent, &t->parent, kind, e)) == 0)
		t->parent = -1;		/* it is not in qTest yet */
	t->state = TASK_NEW;
	t->out = OUT_NONE;
	if (t->kind->place == PLACE_RUN) {
		json_del(&body, "test_step_logs");
		json_del(&body, "test_case_version_id");	/* a log keeps its version */
	}
	if (rc != -1)
		rc = resolve(t, &body, &t->body, e);
	if (rc == 1) {
		marker_sign(t);
		task_text_update(t);
	}
	if (rc == 1 && t->parent >= 0)
		t->move_path = kind_create(t->kind, &t->e, t->parent, kind);
	json_free(&body);
	json_free(&parent);
	return rc;
}

int
plan_effect_read(struct plan_effect *p, struct err *e)
{
	struct task *t = p->task;
	int rc = plan_effect_resolve(p, e);

	if (rc == 1)
		rc = name_conflict(t, e);
	if (rc == -1)
		return -1;
	p->state = PLAN_READING;
	if (rc == 0 || (t->kind->place == PLACE_RUN && t->parent <= 0)) {
		if (t->state != TASK_ENDED)
			task_end(t, OUT_FAILED, "its run is not in qTest");
		return 0;
	}
	return update_ask(t, e);
}

/* Append the move of an object to the changes. */
static void
plan_effect_move_put(struct plan_effect *p)
{
	int64_t from = update_parent(&p->task->doc);
	struct json row = { 0 };

	(void)json_parse(&row, p->body, strlen(p->body), NULL, NULL);
	buf_cut(&p->changes, p->changes.len - 1);	/* its bracket */
	json_out_open(&p->changes, NULL, '{');
	json_out_str(&p->changes, "after", json_str(&row, "parent.$ref"));
	json_out_int_if(&p->changes, "before", from > 0, from);
	json_out_str(&p->changes, "field", "parent");
	json_out_close(&p->changes, '}');
	json_out_close(&p->changes, ']');
	json_free(&row);
}

/* Decide an effect whose object was read.  0, -1. */
static int
plan_effect_compare(struct plan_effect *p, struct err *e)
{
	struct task *t = p->task;
	struct json last = { 0 };
	char *text;
	int is_lost, rc = ledger_confirmed_body(&t->session->ledger, t->e.kind, t->e.ekey, &text,
	    &is_lost, e);

	if (rc == 1)
		(void)json_parse(&last, text, strlen(text), NULL, NULL);
	free(text);
	if (rc != -1 && (rc = update_decide(t, e)) != -1) {
		field_changes(t, &last, &p->changes);
		if (t->state == TASK_WRITE && t->move_path != NULL)
			plan_effect_move_put(p);
	}
	json_free(&last);
	return rc == -1 ? -1 : 0;
}

/* Decide an effect whose task has compared its object with the body, or has failed. */
static void
plan_effect_judge(struct plan_effect *p)
{
	const struct task *t = p->task;

	if (t->state == TASK_WRITE) {
		plan_effect_end(p, PLAN_UPDATE, strcmp(buf_str(&p->changes), "[]") != 0 ?
		    "the source or the map changed" : t->kind->place == PLACE_RUN ?
		    "step results changed" : "only the markup changed", NULL);
		p->requests += t->move_path != NULL;
	} else if (t->out == OUT_SAME || t->out == OUT_DONE) {
		plan_effect_end(p, PLAN_SKIP, "qTest has it already", NULL);
		p->requests = 1;
	} else if (t->out == OUT_KEPT || t->out == OUT_KEPT_ADOPTED) {
		plan_effect_end(p, PLAN_CONFLICT, t->why, NULL);
		p->conflict = CONFLICT_EDITED;
		p->requests = 1;
	} else if (t->status == 404) {
		plan_effect_end(p, PLAN_CONFLICT, "deleted in qTest", NULL);
		p->conflict = CONFLICT_DELETED;
		p->requests = 1;
	} else
		plan_effect_end(p, PLAN_UPDATE, "the source or the map changed, but it cannot be "
		    "compared with qTest", t->why);
}

int
plan_effect_decide(struct plan_effect *p, struct err *e)
{
	struct task *t = p->task;
	const char *modified;

	if (t->state == TASK_READ) {
		if (plan_effect_compare(p, e) == -1)
			return -1;
		if ((modified = json_str(&t->doc, "last_modified_date")) != NULL) {
			free(t->e.modified);
			t->e.modified = mem_dup(modified);
		}
	} else if (t->state != TASK_ENDED)
		return 0;
	plan_effect_judge(p);
	json_free(&t->doc);
	json_free(&t->body);
	return 0;
}
