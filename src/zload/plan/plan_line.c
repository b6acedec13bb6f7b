#include <string.h>

#include "io/json/json_out.h"
#include "session.h"
#include "plan/plan_effect.h"
#include "plan/plan_line.h"
#include "work/task.h"

const char *const plan_verb_names[PLAN_VERBS] = { "skip", "create", "update", "approve", "upload",
    "conflict" };
const char *const plan_conflict_names[CONFLICTS] = { NULL, "edited", "deleted", "name" };

/* What a user may choose (member on_conflict).  The first choice leaves the object as it is,
   except for a conflict of names. */
static const char *const plan_line_choices[CONFLICTS][5] = {
    [CONFLICT_EDITED] = { "keep", "overwrite" }, [CONFLICT_DELETED] = { "skip", "restore" },
    [CONFLICT_NAME] = { "create", "skip", "update", "rename" } };

int
plan_verb_parse(const char *word)
{
	int i = PLAN_VERBS - 1;

	while (i >= 0 && strcmp(plan_verb_names[i], word) != 0)
		i--;
	return i;
}

enum plan_choice
plan_line_choice(const char *conflict, const char *word)
{
	int c = CONFLICT_NONE + 1, i;

	while (c < CONFLICTS && (conflict == NULL || strcmp(plan_conflict_names[c], conflict) != 0))
		c++;
	if (c == CONFLICTS)
		return CHOICE_BAD;
	if (word == NULL)
		return CHOICE_NONE;
	for (i = 0; plan_line_choices[c][i] != NULL; i++)
		if (strcmp(plan_line_choices[c][i], word) == 0)
			return i == 0 && c != CONFLICT_NAME ? CHOICE_KEEP : CHOICE_CHANGE;
	return CHOICE_BAD;
}

const char *
plan_line_choice_word(const char *word)
{
	int c, i;

	for (c = CONFLICT_NONE + 1; c < CONFLICTS; c++)
		for (i = 0; plan_line_choices[c][i] != NULL; i++)
			if (strcmp(plan_line_choices[c][i], word) == 0)
				return plan_line_choices[c][i];
	return NULL;
}

static void
plan_line_choices_put(enum plan_conflict conflict, struct buf *b)
{
	const char *const *c;

	if (conflict == CONFLICT_NONE) {
		json_out_null(b, "choices");
		return;
	}
	json_out_open(b, "choices", '[');
	for (c = plan_line_choices[conflict]; *c != NULL; c++)
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
