#ifndef ZLOAD_DOUBT_H
#define ZLOAD_DOUBT_H

#include "domain/ledger/effect.h"

struct err;
struct load;
struct task;

/* Read the open intents of earlier runs.  0, -1. */
int	 doubt_open(struct load *, struct err *);
/* Read from qTest the fields whose values tell which object an open intent created.  The
   caller has called doubt_open and does not run the loop yet.  0, -1. */
int	 doubt_load_fields(struct load *, struct err *);
/* A request may have arrived: read it back, no earlier than --settle after it left. */
void	 doubt_add(struct load *, const struct effect *, const char *path,
	    enum effect_verb verb, int64_t age_ms);
/* --adopt: look for the object that a task would create by path, which is moved.  0. */
int	 adopt_lookup(struct task *, char *path);
/* Read back what is due.  0, -1. */
int	 doubt_turn(struct load *, struct err *);
/* Return the ms until the next one is due, -1 when there is none. */
int64_t	 doubt_due(const struct load *);
/* Count the doubts of a kind, all with KIND_UNKNOWN. */
int	 doubt_count(const struct load *, enum effect_kind);
/* Is there a doubt in this lane? */
int	 doubt_lane(const struct load *, uint64_t lane);
void	 doubt_free(struct load *);

#endif
