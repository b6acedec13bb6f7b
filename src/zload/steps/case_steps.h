#ifndef ZLOAD_CASE_STEPS_H
#define ZLOAD_CASE_STEPS_H

#include "io/json/json.h"

struct err;
struct load;
struct task;

/* Find the step ids of an approved case.  1 and *doc (the caller frees it) or, when qTest
   refuses to list them, *why (borrowed); 0 when the task is blocked; -1. */
int	 steps_known(struct task *, const char *key, struct json *doc,
	    const char **why, struct err *);
/* Remember the step ids of a case, as steps_detail() writes them. */
void	 steps_put(struct load *, const char *key, const char *detail);
/* The case is approved: forget the ids that were listed before, or are being listed. */
void	 steps_forget(struct load *, const char *key);
/* Forget what was listed of the steps of called cases. */
void	 steps_forget_calls(struct load *);
/* Write step ids into the ledger.  The caller has a transaction open.  0, -1. */
int	 steps_commit(struct load *, struct err *);
/* Are there step ids to commit? */
int	 steps_waiting(struct load *);
/* Call it after the commit. */
void	 steps_committed(struct load *);
void	 steps_free(struct load *);

#endif
