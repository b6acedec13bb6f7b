#pragma once

#include "domain/api/qtest.h"
#include "work/task.h"

/* Store the answer to the request of a task (qtest_done): end the task, or prepare its next
   request. */
void	 result_receive(void *task, struct qtest_reply *);
/* End a task, whose object is in .doc, with OUT_DONE or OUT_SAME. */
void	 result_done(struct task *, enum task_outcome);
/* End a task whose object --adopt found in .doc with another content: keep the object, or
   update it with --overwrite-edits. */
void	 result_done_differing(struct task *);
/* Each of these stores what its kind needs of .doc (struct kind). */
/* The ids of the steps of a case that was written, for its files. */
void	 result_case_done(struct task *);
/* The fact that a case has a further file. */
void	 result_file_done(struct task *);
/* The version of an approved case, and the ids of its steps if .doc has them. */
void	 result_approve_done(struct task *);
/* The end of the execution; the run keeps that of its last log. */
void	 result_log_done(struct task *);
/* The field, which fields_find() finds from now on. */
void	 result_field_done(struct task *);
/* Return the key of the run that a log needs (the caller frees it), or NULL. */
char	*result_run_of(const struct effect *);
