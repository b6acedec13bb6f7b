#pragma once

struct err;
struct task;

/* Record the step results of a log that are in a table in its note as a loss and a finding.
   The caller has opened a transaction.  0, -1. */
int	 step_texts_write(struct task *, struct err *);
/* Return 1 when a log that qTest refused is to be sent without step logs, else 0.  why: the
   reason of the refusal. */
int	 step_refused(struct task *, const char *why);
