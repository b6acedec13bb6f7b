#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/effect.h"

const char *const effect_kind_names[KIND_COUNT] = { NULL, "field", "module", "case",
    "approve", "release", "cycle", "suite", "run", "log", "blob",
    "link", "relink" };
const char *const effect_state_names[STATE_COUNT] = { NULL, "pending", "intent", "done",
    "failed", "skipped", "gone", "rolled_back" };
const char *const effect_verb_names[VERB_COUNT] = { NULL, "create", "update", "adopt",
    "same", "kept", "delete", "recheck", "text" };

/* Return the index of name in names, 0 if it is not there or NULL. */
static int
effect_name_find(const char *const *names, int n, const char *name)
{
	int i = name != NULL ? n - 1 : 0;

	while (i > 0 && strcmp(names[i], name) != 0)
		i--;
	return i;
}

enum effect_kind
effect_kind_parse(const char *name)
{
	return (enum effect_kind)effect_name_find(effect_kind_names, KIND_COUNT, name);
}

enum effect_state
effect_state_parse(const char *name)
{
	return (enum effect_state)effect_name_find(effect_state_names, STATE_COUNT, name);
}

enum effect_verb
effect_verb_parse(const char *name)
{
	return (enum effect_verb)effect_name_find(effect_verb_names, VERB_COUNT, name);
}

void
effect_free(struct effect *f)
{
	int i;

	for (i = 0; i < EFFECT_TEXTS; i++)
		free(f->text[i]);
	free(f->body);
	free(f->body_hash);
	memset(f, 0, sizeof(*f));
}

void
effect_copy(struct effect *to, const struct effect *f)
{
	int i;

	*to = *f;
	for (i = 0; i < EFFECT_TEXTS; i++)
		to->text[i] = mem_dup(f->text[i]);
	to->body = to->body_hash = NULL;
}

int
effect_cmp(const void *left, const void *right)
{
	const struct effect *a = left, *b = right;
	int c;

	if (a->phase != b->phase)
		return a->phase < b->phase ? -1 : 1;
	if (a->ord != b->ord)
		return a->ord < b->ord ? -1 : 1;
	c = strcmp(a->kind, b->kind);
	return c != 0 ? c : strcmp(a->ekey, b->ekey);
}

int
effect_is(const struct effect *f, const char *kind, const char *ekey)
{
	return strcmp(f->ekey, ekey) == 0 && strcmp(f->kind, kind) == 0;
}

int
effect_is_step_file(const struct effect *f)
{
	const char *s = f->ekey;
	int n = 0;

	while (f->type == KIND_BLOB && (s = strchr(s, '/')) != NULL && ++n < 3)
		s++;
	return n == 3 && strcmp(f->stream, "test_cases") == 0;
}

int
effect_holds_desired(const struct effect *f)
{
	return f->hash != NULL && f->desired_hash != NULL &&
	    strcmp(f->hash, f->desired_hash) == 0;
}
