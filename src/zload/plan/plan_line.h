#pragma once

#include "plan/plan_effect.h"

struct buf;
struct json;
struct session;

/* The words of a line of a plan (zload(1)). */
extern const char *const plan_verb_names[];
extern const char *const plan_conflict_names[];
/* Return the enum plan_verb of a word, -1 if it is none. */
int	 plan_verb_parse(const char *);

/* The value of on_conflict of a conflict. */
enum plan_choice {
	CHOICE_NONE,		/* null */
	CHOICE_KEEP,		/* the object stays as it is */
	CHOICE_CHANGE,		/* any other choice */
	CHOICE_BAD
};
enum plan_choice plan_line_choice(const char *conflict, const char *word);
/* Return the word of a choice as a constant, NULL if it is none. */
const char *plan_line_choice_word(const char *);

/* Append the line of an effect that is decided.  needs: of plan_needs(). */
void	 plan_line_write(const struct session *, const struct plan_effect *,
	    const struct json *needs, struct buf *);
