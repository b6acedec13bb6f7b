#pragma once

#include "io/json/json.h"

struct task;
struct work;

/* Make an empty cache of the step ids of cases, which the ledger holds with the approvals. */
struct steps *steps_open(struct work *);
/* Find the step ids of an approved case.  1 and *doc (the caller frees it) or, when qTest
   refuses to list them, *why (borrowed); 0 when the task is blocked until they are listed;
   -1. */
int	 steps_known(struct task *, const char *key, struct json *doc,
	    const char **why, struct err *);
/* Store the step ids of a case, as steps_detail() writes them, or else the reason why qTest
   refuses to list them; both may be NULL. */
void	 steps_put(struct steps *, const char *key, const char *detail, const char *why);
/* Forget the step ids of a case, which is approved again, and those of the steps of called
   cases: also those being listed now. */
void	 steps_forget(struct steps *, const char *key);
/* Check that the called case with this id is approved, if the ledger has it.  1, 0 when the
   task is blocked, -1. */
int	 steps_called(struct task *, int64_t id, struct err *);
/* Check if the case with this key was edited in qTest and kept.  1, 0, -1. */
int	 steps_kept(struct task *, const char *key, struct err *);
/* Write new step ids into the ledger.  The caller has opened a transaction and calls
   steps_committed() after its commit.  0, -1. */
int	 steps_commit(struct steps *, struct err *);
void	 steps_committed(struct steps *);
/* True if there are step ids to commit. */
int	 steps_waiting(const struct steps *);
/* Free the cache; NULL does nothing. */
void	 steps_close(struct steps *);
