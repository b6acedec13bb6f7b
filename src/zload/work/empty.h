#pragma once

struct json;
struct task;

/* Extend the body of a task, whose object is in .doc, so that it empties the fields and members
   of the confirmed body (without a value: none) that the effect no longer has. */
void	 empty_unwanted(struct task *, const struct json *confirmed);
/* Return 1 when the body was refused (status 400) for its null members, which are then
   removed so that the task can be sent again, else 0. */
int	 empty_refused(struct task *);
/* True if qTest still has a value that the task was to empty. */
int	 empty_left(const struct task *);
