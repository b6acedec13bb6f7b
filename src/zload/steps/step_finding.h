#ifndef ZLOAD_STEP_FINDING_H
#define ZLOAD_STEP_FINDING_H

struct err;
struct task;

/* Return how many step results of a log became text. */
int	 step_texts(const struct task *);
/* Record them as a loss and a finding.  The caller has a transaction open.  0, -1. */
int	 step_texts_write(struct task *, struct err *);
/* qTest did not take a log.  Return 1 when it is tried without step logs. */
int	 step_refused(struct task *, const char *why);

#endif
