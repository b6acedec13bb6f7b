#ifndef DOMAIN_EFFECT_H
#define DOMAIN_EFFECT_H

#include <stdint.h>

/* What an effect makes in qTest. */
enum effect_kind {
	KIND_UNKNOWN,		/* of a newer version, or misspelt */
	KIND_FIELD, KIND_MODULE, KIND_CASE, KIND_APPROVE, KIND_RELEASE, KIND_CYCLE,
	KIND_SUITE, KIND_RUN, KIND_LOG,
	KIND_COUNT
};

/*
 * pending -> intent -> done | failed.  skipped: the effect needs one that failed.
 * gone: Zephyr no longer held its record before it was made.
 */
enum effect_state {
	STATE_UNKNOWN,
	STATE_PENDING, STATE_INTENT, STATE_DONE, STATE_FAILED, STATE_SKIPPED, STATE_GONE,
	STATE_ROLLED_BACK,
	STATE_COUNT
};

/* How the object came to be as it is in qTest. */
enum effect_verb {
	VERB_NONE,
	VERB_CREATE, VERB_UPDATE,
	VERB_ADOPT,		/* found by its marker (--adopt) */
	VERB_SAME,		/* it held the payload already */
	VERB_KEPT,		/* somebody edited it, and the edit stays */
	VERB_COUNT
};

/* A row of the ledger (ztoq-db(5)).  type is what kind says. */
struct effect {
	char		*kind, *ekey, *stream, *skey, *lane, *needs, *map;
	char		*hash, *desired_hash, *pid, *modified, *error;
	char		*steps;		/* approve: the ids of the case's steps, JSON */
	char		*path;		/* of the last request */
	char		*body, *body_hash;	/* of its target row (ledger_next), or NULL */
	enum effect_kind type;
	enum effect_state state;
	enum effect_verb verb;		/* of the last write */
	int64_t		 phase, ord, id, version_id, attempts;
	int64_t		 http_status;	/* of the answer that made it fail; 0: none */
	int64_t		 pass;		/* of that row; 0: not known */
	int64_t		 last_log_ms;	/* run: the end of its last log; 0: none */
	int64_t		 intent_age;	/* ms since the request left, by the database */
};

/* Return the value that a name in the database stands for, *_UNKNOWN or VERB_NONE
   when it stands for none or is NULL. */
enum effect_kind  effect_kind_parse(const char *);
enum effect_state effect_state_parse(const char *);
enum effect_verb  effect_verb_parse(const char *);
/* Return the name in the database; NULL for *_UNKNOWN and VERB_NONE. */
const char *effect_kind_name(enum effect_kind);
const char *effect_state_name(enum effect_state);
const char *effect_verb_name(enum effect_verb);

/* Free what the effect holds, and zero it. */
void	 effect_free(struct effect *);
/* Copy an effect without its body; the caller frees the copy. */
void	 effect_copy(struct effect *, const struct effect *);
/* Is this the effect with that kind and key? */
int	 effect_is(const struct effect *, const char *kind, const char *ekey);
/* Does qTest hold the desired payload, as far as the row says? */
int	 effect_holds_desired(const struct effect *);

#endif
