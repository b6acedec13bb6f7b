#pragma once

struct err;
struct task;

/*
 * Extend the body of a task, whose object is in .doc, so that it empties the fields and
 * members that the effect no longer has.  *alike: the body equals the confirmed body byte
 * for byte; *unconfirmed: see ledger_confirmed_body().  0, -1.
 */
int	 empty_unwanted(struct task *, int *alike, int *unconfirmed, struct err *);
/* Return 1 when the body was refused (status 400) for its null members, which are then
   removed so that the task can be sent again, else 0. */
int	 empty_refused(struct task *);
/* True if qTest still has a value that the task was to empty. */
int	 empty_left(const struct task *);
