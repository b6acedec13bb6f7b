#pragma once

#include <stdint.h>

/* The kind of object that an effect creates or changes in qTest. */
enum effect_kind {
	KIND_UNKNOWN,		/* a name of no kind: newer, or misspelt */
	KIND_FIELD, KIND_MODULE, KIND_CASE, KIND_APPROVE, KIND_RELEASE, KIND_CYCLE,
	KIND_SUITE, KIND_RUN, KIND_LOG, KIND_BLOB, KIND_LINK, KIND_RELINK,
	KIND_COUNT
};

/* See struct ledger (ledger.h). */
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
	VERB_KEPT,		/* it was edited in qTest, and the edit stays */
	VERB_DELETE,		/* by zrollback */
	VERB_RECHECK,		/* a later write may have removed it: read it back first */
	VERB_TEXT,		/* of a link: it stays text, since qTest has no integration; of a
				   relink: since qTest refused the text with links */
	VERB_COUNT
};

enum { EFFECT_TEXTS = 15 };

/* A row of the ledger (ztoq-db(5)).  type is kind, parsed. */
struct effect {
	union {
		struct {
			char	*kind, *ekey, *stream, *skey, *lane, *needs, *map;
			char	*hash, *desired_hash, *pid, *modified, *error;
			char	*steps;	/* of an approval: ids of the case's steps, JSON */
			char	*path;	/* of the last request */
			char	*conflict; /* skip, update or rename: what was done because
					   qTest had another object of its name */
		};
		char	*text[EFFECT_TEXTS];	/* in the order of the columns that
						   ledger.c reads */
	};
	char		*body, *body_hash;	/* of its target row (ledger_next), or NULL */
	enum effect_kind type;
	enum effect_state state;
	enum effect_verb verb;		/* of the last write */
	int64_t		 phase, ord, id, version_id, attempts;
	int64_t		 http_status;	/* of the answer that refused it; 0: none */
	int64_t		 pass;		/* of its target row; 0: unknown */
	int64_t		 last_log_ms;	/* of a run: end of its last log; 0: none */
	int64_t		 deleted_at;	/* its object was found to be deleted in qTest; 0: it
					   stands */
	int64_t		 intent_age;	/* ms since the request left, by the database's
					   clock */
};

/* Return the value of a name in the database, *_UNKNOWN or VERB_NONE if it has none or
   is NULL. */
enum effect_kind  effect_kind_parse(const char *);
enum effect_state effect_state_parse(const char *);
enum effect_verb  effect_verb_parse(const char *);
/* The names in the database; NULL for *_UNKNOWN and VERB_NONE. */
extern const char *const effect_kind_names[KIND_COUNT];
extern const char *const effect_state_names[STATE_COUNT];
extern const char *const effect_verb_names[VERB_COUNT];

/* Free the members, and zero the effect. */
void	 effect_free(struct effect *);
/* Copy an effect without its body; the caller frees the copy. */
void	 effect_copy(struct effect *, const struct effect *);
/* Compare the places of two effects in the order of work, for qsort(). */
int	 effect_cmp(const void *, const void *);
/* Return 1 if the effect has this kind and key. */
int	 effect_is(const struct effect *, const char *kind, const char *ekey);
/* Return 1 if the effect is a file of a step of a case: STREAM/CASE/STEP/FILE. */
int	 effect_is_step_file(const struct effect *);
/* Return 1 if, by its row, qTest holds the desired payload. */
int	 effect_holds_desired(const struct effect *);
