#include <string.h>

#include "plan/plan_words.h"

const char *const plan_verb_names[PLAN_VERBS] = { "skip", "create", "update", "approve", "upload",
    "conflict" };
const char *const plan_conflict_names[CONFLICTS] = { NULL, "edited", "deleted", "name" };

const char *const plan_choices[CONFLICTS][5] = {
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
plan_choice_parse(const char *conflict, const char *word)
{
	int c = CONFLICT_NONE + 1, i;

	while (c < CONFLICTS && (conflict == NULL || strcmp(plan_conflict_names[c], conflict) != 0))
		c++;
	if (c == CONFLICTS)
		return CHOICE_BAD;
	if (word == NULL)
		return CHOICE_NONE;
	for (i = 0; plan_choices[c][i] != NULL; i++)
		if (strcmp(plan_choices[c][i], word) == 0)
			return i == 0 && c != CONFLICT_NAME ? CHOICE_KEEP : CHOICE_CHANGE;
	return CHOICE_BAD;
}

const char *
plan_choice_word(const char *word)
{
	int c, i;

	for (c = CONFLICT_NONE + 1; c < CONFLICTS; c++)
		for (i = 0; plan_choices[c][i] != NULL; i++)
			if (strcmp(plan_choices[c][i], word) == 0)
				return plan_choices[c][i];
	return NULL;
}
