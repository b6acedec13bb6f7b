#pragma once

/* The words of a line of a plan (zload(1)). */

/* What a load would do with an effect. */
enum plan_verb {
	PLAN_SKIP,		/* nothing */
	PLAN_CREATE, PLAN_UPDATE, PLAN_APPROVE, PLAN_UPLOAD,
	PLAN_CONFLICT,		/* a user must choose */
	PLAN_VERBS
};

enum plan_conflict {
	CONFLICT_NONE,
	CONFLICT_EDITED,	/* a user edited the object in qTest */
	CONFLICT_DELETED,	/* a user deleted the object in qTest */
	CONFLICT_NAME,		/* qTest has another object of the name in the container */
	CONFLICTS
};

extern const char *const plan_verb_names[PLAN_VERBS];
extern const char *const plan_conflict_names[CONFLICTS];
/* The values of on_conflict that a user may choose.  The first one leaves the object as it is,
   except for a conflict of names. */
extern const char *const plan_choices[CONFLICTS][5];
/* Return the enum plan_verb of a word, -1 if the word is not a verb of a plan. */
int	 plan_verb_parse(const char *);

/* The value of on_conflict of a conflict. */
enum plan_choice {
	CHOICE_NONE,		/* null */
	CHOICE_KEEP,		/* the object stays as it is */
	CHOICE_CHANGE,		/* any other choice */
	CHOICE_BAD
};
enum plan_choice plan_choice_parse(const char *conflict, const char *word);
/* Return a choice as a constant string, NULL if the word is not a choice. */
const char *plan_choice_word(const char *);
