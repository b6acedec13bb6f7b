#pragma once

#include "domain/ledger/effect.h"

struct err;
struct task;
struct work;

/* Make an empty list of the effects in doubt. */
struct doubts *doubt_open(struct work *);
/* Add the open intents of earlier runs from the ledger.  0, -1. */
int	 doubt_read_intents(struct doubts *, struct err *);
/* Read from qTest the fields whose values identify the objects of these intents.  The caller
   does not run the loop yet.  0, -1. */
int	 doubt_load_fields(const struct doubts *, struct err *);
/* Add an effect whose request by path, sent just now, may have arrived.  It is read back no
   earlier than after --settle. */
void	 doubt_add(struct doubts *, const struct effect *, const char *path, enum effect_verb);
/* --adopt: search for the object that a task would create by path, which is moved. */
void	 adopt_lookup(struct task *, char *path);
/* Return the ms until the next read-back is due, -1 when there is none. */
int64_t	 doubt_due(const struct doubts *);
/* Count the doubts of a kind, with KIND_UNKNOWN all doubts. */
int	 doubt_count(const struct doubts *, enum effect_kind);
/* True if an effect of this lane is in doubt. */
int	 doubt_lane(const struct doubts *, uint64_t lane);
/* Free the list; NULL does nothing. */
void	 doubt_close(struct doubts *);
