#pragma once

#include "base/buf.h"
#include "domain/ledger/target.h"
#include "plan/plan_words.h"

struct json;
struct task;
struct work;

/* An effect in a plan, in the order of work. */
struct plan_effect {
	struct plan_effect *next;
	struct task	*task;		/* .e: the desired effect, with the ids of the ledger */
	char		*body;		/* of its target row; of a field: its description */
	enum plan_state {
		PLAN_NEW,		/* the object is to be read from qTest */
		PLAN_READING,
		PLAN_SEEKING,		/* its name is looked for in the container */
		PLAN_WAITING,		/* an approval: until its case is decided */
		PLAN_DECIDED
	}		 state;
	enum plan_verb	 verb;
	enum plan_conflict conflict;
	const char	*recommended, *choice;	/* of a conflict; choice: by an option, or NULL */
	char		*reason, *was;	/* was: hash of the payload in qTest, or NULL */
	struct buf	 changes;	/* array of field_changes() */
	int64_t		 requests;	/* that the load sends for it */
	int		 is_deleted;	/* its object was deleted in qTest */
	int		 is_again;	/* it was checked whether what it needs was deleted */
};

/* Return the effect f of a row, decided by the ledger if the ledger suffices; NULL after an
   error.  is_gone: its record is no longer in Zephyr.  The caller frees it. */
struct plan_effect *plan_effect_new(struct work *, const struct effect *f,
	    const struct target *row, int is_gone, struct err *);
/* Return the effect that creates a field of an artifact. */
struct plan_effect *plan_effect_of_field(struct work *, const struct json *spec);
/* Decide an approval that is PLAN_WAITING, by the verb of its case. */
void	 plan_effect_approve(struct plan_effect *, enum plan_verb of_case);
/* Decide an effect whose object was deleted in qTest. */
void	 plan_effect_deleted(struct plan_effect *);
/* Decide an effect again that needs an object that was deleted in qTest. */
void	 plan_effect_depends(struct plan_effect *);
/* Return the value of member name of the body, as JSON text of *len bytes, or NULL. */
const char *plan_effect_member(const struct plan_effect *, const char *name, size_t *len);
/* Decide an effect: the reason is the text why, followed by more unless that is NULL. */
void	 plan_effect_end(struct plan_effect *, enum plan_verb, const char *why, const char *more);
void	 plan_effect_free(struct plan_effect *);
