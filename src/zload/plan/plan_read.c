#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"
#include "io/json/json_out.h"
#include "session.h"
#include "conflict/name_conflict.h"
#include "conflict/rivals.h"
#include "plan/plan_effect.h"
#include "plan/plan_read.h"
#include "work/field_changes.h"
#include "work/kind.h"
#include "work/marker.h"
#include "work/resolve.h"
#include "work/task.h"
#include "work/update.h"

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
	t->parent_kind = effect_kind_parse(kind);
	json_free(&body);
	json_free(&parent);
	return rc;
}

/* Make an effect the conflict with an object of its name. */
static void
plan_effect_rival(struct plan_effect *p, const struct json *rival)
{
	const char *how = p->task->session->options->on_conflict;
	struct effect *f = &p->task->e;

	plan_effect_end(p, PLAN_CONFLICT, "qTest has another object of this name, which zload did "
	    "not create", NULL);
	p->conflict = CONFLICT_NAME;
	p->recommended = name_conflict_recommended(p->task);
	if (strcmp(how, "create") != 0 && strcmp(how, "fail") != 0)
		p->choice = how;
	p->requests = 1;
	f->id = json_int(rival, "id", 0);
	free(f->pid);
	f->pid = mem_dup(json_str(rival, "pid"));
	free(f->modified);
	f->modified = mem_dup(json_str(rival, "last_modified_date"));
}

int
plan_effect_seek(struct plan_effect *p, struct err *e)
{
	struct task *t = p->task;
	const struct json *rival;
	int rc = t->body.set ? 1 : plan_effect_resolve(p, e);

	if (rc == -1)
		return -1;
	p->state = PLAN_DECIDED;
	/* a container that is not in qTest yet holds nothing */
	if (rc == 0 || t->parent < 0 || json_type(&t->body, "parent_id") == JSON_STR)
		return 0;
	switch (rival_find(t, &rival, e)) {
	case RIVAL_NONE:
		return 0;
	case RIVAL_FOUND:
		plan_effect_rival(p, rival);
		return 0;
	case RIVAL_LISTING:
		if (t->state != TASK_ENDED)	/* qTest refuses the list otherwise */
			p->state = PLAN_SEEKING;
		return 0;
	default:
		return -1;
	}
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
		p->recommended = "keep";
		p->requests = 1;
	} else if (t->status == 404) {
		plan_effect_deleted(p);
		p->requests++;		/* the update reads it first */
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
