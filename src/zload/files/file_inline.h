#pragma once

struct err;
struct json;
struct task;

/*
 * Small files go in the request that creates their object: in "attachments" of a case, its
 * steps or a log, as qTest takes them (qtest-api.md 2.16).  The body in the ledger names
 * these files without their bytes, so that they are done when their object is.
 */
enum { FILE_INLINE_MAX = 256 * 1024 };	/* bytes of the files of one request (--inline-limit) */

/* Add the files of the object that a task creates, whose effects are in the queue.  0, -1. */
int	 file_inline_add(struct task *, struct err *);
/* Remove the files from a body. */
void	 file_inline_strip(struct json *body);
/* Return 1 when the request was refused and has files, which are removed so that the task
   can be sent again, else 0. */
int	 file_inline_refused(struct task *);
/* Record the files of a created object as done.  The caller has opened a transaction.  0, -1. */
int	 file_inline_write(const struct task *, struct err *);
/* Remove the effects of these files from the queue after the commit, and retry the tasks that
   wait for them. */
void	 file_inline_forget(const struct task *);
