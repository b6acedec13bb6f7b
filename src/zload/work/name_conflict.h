#pragma once

struct err;
struct roots;
struct session;
struct task;

/* List the objects at the root of qTest that have no marker, unless --on-conflict is create.
   0 and *out, which is NULL when there are none; -1. */
int	 conflict_open(struct session *, struct roots **out, struct err *);
/* Check that no listed object has the name of the body of a task, and otherwise do as
   --on-conflict says: change the body or .e.id, or end the task.  1, 0 when the task has
   ended, -1. */
int	 name_conflict(struct task *, struct err *);
void	 conflict_free(struct roots *);
