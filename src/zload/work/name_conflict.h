#ifndef ZLOAD_NAME_CONFLICT_H
#define ZLOAD_NAME_CONFLICT_H

struct err;
struct load;
struct task;

/* List the objects at the root of qTest that are not ours (--on-conflict).  0, -1. */
int	 conflict_open(struct load *, struct err *);
/* Look for an object with the name of a task's body.  1 to go on (the body, or e.id,
   may be another now); 0 when the task has ended; -1. */
int	 name_conflict(struct task *, struct err *);
void	 conflict_free(struct load *);

#endif
