#ifndef ZLOAD_EMPTY_H
#define ZLOAD_EMPTY_H

struct err;
struct task;

/*
 * Empty in the body what we wrote to the object in .doc and no longer want.  *alike: the
 * body equals the confirmed one byte for byte; *lost: see ledger_confirmed_body().
 * 0, -1.
 */
int	 empty_unwanted(struct task *, int *alike, int *lost, struct err *);
/* qTest answered 400.  Return 1 when the task can be sent without empty members. */
int	 empty_refused(struct task *);
/* Does something that was to be emptied still stand in qTest? */
int	 empty_left(const struct task *);

#endif
