#pragma once

struct err;
struct task;

/* Check that qTest has no other object of the kind and name of a task, whose body and parent
   are resolved, in its container.  If it has, do as the plan or --on-conflict says: change
   the body or .e.id, or end the task.  1, 0 when the task has ended or waits for a listing,
   -1. */
int	 name_conflict(struct task *, struct err *);
/* Return the value of --on-conflict that is recommended for a task. */
const char *name_conflict_recommended(const struct task *);
