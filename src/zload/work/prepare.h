#ifndef ZLOAD_PREPARE_H
#define ZLOAD_PREPARE_H

struct err;
struct kind;
struct task;

/* Prepare the request of a ready task, or end or block it (struct kind).  0, -1. */
int	 prepare_row(struct task *, struct err *);	/* its body is in table target */
int	 prepare_field(struct task *, struct err *);
/* A case whose edit in qTest is kept is not approved. */
int	 prepare_approve(struct task *, struct err *);

#endif
