#include <string.h>

#include "io/json/json_out.h"
#include "session.h"
#include "plan/plan_effect.h"
#include "plan/plan_line.h"
#include "plan/plan_words.h"
#include "work/task.h"

static void
plan_line_choices_put(enum plan_conflict conflict, struct buf *b)
{
	const char *const *c;

	if (conflict == CONFLICT_NONE) {
		json_out_null(b, "choices");
		return;
	}
	json_out_open(b, "choices", '[');
	for (c = plan_choices[conflict]; *c != NULL; c++)
		json_out_str(b, NULL, *c);
	json_out_close(b, ']');
}

void
plan_line_write(const struct session *s, const struct plan_effect *p, const struct json *needs,
    struct buf *b)
{
	const struct effect *f = &p->task->e;
	const char *changes = p->changes.len > 0 ? buf_str(&p->changes) : "[]", *name;
	size_t n;

	json_out_open(b, NULL, '{');
	json_out_raw(b, "changes", changes, strlen(changes));
	plan_line_choices_put(p->conflict, b);
	json_out_str(b, "conflict", plan_conflict_names[p->conflict]);
	json_out_str(b, "hash", f->desired_hash);
	json_out_int_if(b, "id", f->id != 0, f->id);
	json_out_str(b, "key", f->ekey);
	json_out_str(b, "kind", f->kind);
	json_out_str(b, "map", s->ledger.map);
	json_out_str(b, "modified", f->modified);
	if ((name = plan_effect_member(p, "name", &n)) != NULL)
		json_out_raw(b, "name", name, n);
	else
		json_out_null(b, "name");
	json_out_name(b, "needs");
	json_dump(needs, b);
	json_out_str(b, "on_conflict", p->choice);
	json_out_str(b, "pid", f->pid);
	json_out_str(b, "project", s->ledger.project);
	json_out_str(b, "reason", p->reason);
	json_out_str(b, "recommended", p->recommended);
	json_out_str(b, "target", s->ledger.target);
	json_out_str(b, "verb", plan_verb_names[p->verb]);
	json_out_str(b, "was", p->was);
	json_out_close(b, '}');
}
