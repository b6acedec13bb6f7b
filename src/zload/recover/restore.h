#pragma once

struct err;
struct ledger;
struct task;

/* Make the effects pending whose objects were deleted in qTest (column deleted_at), and those
   that depend on them, in the caller's transaction.  0, -1. */
int	 restore_deleted(struct ledger *, struct err *);
/* After a 404 to the request of a task, which creates an object, make the effects pending
   that it needs, so that their objects are looked for.  0, -1. */
int	 restore_check_needs(struct task *, struct err *);
