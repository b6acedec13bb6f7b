#pragma once

struct err;
struct task;

/* Each prepares the request of a ready task, or ends or blocks the task (struct kind).  0, -1. */
/* A task whose body is in table target. */
int	 prepare_row(struct task *, struct err *);
/* The creation of a field. */
int	 prepare_field(struct task *, struct err *);
/* The approval of a case; a case that was edited in qTest is not approved. */
int	 prepare_approve(struct task *, struct err *);
