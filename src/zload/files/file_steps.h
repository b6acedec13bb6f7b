#pragma once

#include <stdint.h>

#include "io/json/json.h"

struct err;
struct task;
struct work;

/*
 * The ids of the current steps of cases, to which files are uploaded.  A case gets its files
 * before it is approved, because on some sites each file makes a new version of the case, with
 * other ids of its steps.
 */

/* Make an empty cache. */
struct file_steps *file_steps_open(struct work *);
/* Find the id of step n of the case with this key and id, for the file of a task; *step is 0
   when qTest does not list this step.  1, 0 when the task is blocked or has ended, -1. */
int	 file_steps_find(struct task *, const char *key, int64_t id, int64_t n, int64_t *step,
	    struct err *);
/* Read the log with this key and path, once in a run, for the file of a task.  1 and *doc (the
   caller frees it), which is unset when qTest refuses to show it; 0 when the task is blocked or
   has ended, -1. */
int	 file_steps_log(struct task *, const char *key, const char *path, struct json *doc,
	    struct err *);
/* True if the cache, and not the approval, knows the steps of a case. */
int	 file_steps_has(const struct file_steps *, const char *key);
/* Replace what is known about a case by the steps in the reply to its write, if it has them. */
void	 file_steps_put(struct file_steps *, const char *key, const struct json *reply);
/* Forget a case, which is approved. */
void	 file_steps_forget(struct file_steps *, const char *key);
/* Note that a file of a case was uploaded. */
void	 file_steps_uploaded(struct file_steps *, const char *key);
/* Block a task while another one sends a file of the same case, if a file changes the ids of
   the steps.  1, 0 when the task is blocked. */
int	 file_steps_turn(struct task *);
/* Check if the step of a task, which qTest does not know, has another id by now.  Return 1 when
   the task is to be prepared again, 0 when it is no file of a step, or the step is gone. */
int	 file_steps_moved(struct task *);
/* True if the upload of a task may have changed the version of its case. */
int	 file_steps_may_change(const struct task *);
/* Note that an upload has not changed the version of its case. */
void	 file_steps_keep(struct file_steps *);
/* Return the id of the step of a case that the path of an upload names, 0 if it names none. */
int64_t	 file_steps_id(const char *path);
/* Free the cache; NULL does nothing. */
void	 file_steps_close(struct file_steps *);
