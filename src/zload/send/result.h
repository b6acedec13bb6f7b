#ifndef ZLOAD_RESULT_H
#define ZLOAD_RESULT_H

#include "domain/api/qtest.h"
#include "work/task.h"

struct kind;

/* Take the answer to the request of a task. */
void	 result_take(struct task *, struct qtest_reply *);
/* End the task, whose object is in .doc; OUT_DONE or OUT_SAME. */
void	 result_done(struct task *, enum task_outcome);
/* Take what .doc says of an approval, a log, a field (struct kind). */
void	 result_approve_done(struct task *);
void	 result_log_done(struct task *);
void	 result_field_done(struct task *);
/* Return the key of the run that a log needs (the caller frees it), NULL: none. */
char	*result_run_of(const struct effect *);

#endif
