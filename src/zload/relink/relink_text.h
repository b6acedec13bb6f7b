#pragma once

struct err;
struct json;
struct task;

/*
 * Links in the texts of an object to the objects that they mention.  A create or update
 * carries the links to all objects that are known; relink.c sees to the others.
 */

/* Put links into the body of a task, if it has a relink and unless --adopt searches for its
   object.  0, -1. */
int	 relink_put(struct task *, struct err *);
/* Put the links that the object found in qTest has into the body of a task.  Return 1 if the
   body changed, else 0. */
int	 relink_adopt(struct task *, const struct json *found);
/* True if the object of a task is written again for the links in its text alone. */
int	 relink_text_is_due(const struct task *);
/* Let the task of an update in doubt, whose body was sent, write the text alone if it is sent
   again: the body has the steps, or the version, of the confirmed body. */
void	 relink_text_recall(struct task *, const struct json *confirmed);
/* Let a run whose text alone is written again keep the version of its case. */
void	 relink_keep_version(struct task *);
/* Omit the steps of a case whose text alone is written again from its request, unless they
   differ from those of the confirmed body: qTest keeps them, with their files. */
void	 relink_omit_steps(struct task *, const struct json *confirmed);
/* Append the address of an object as HTML has it.  1, 0 for a kind without pages. */
int	 relink_address(const struct task *, const char *kind, long long id, struct buf *out);
