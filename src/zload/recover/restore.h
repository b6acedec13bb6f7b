#pragma once

struct err;
struct session;
struct set;
struct task;

/* Make the effects pending whose objects were deleted in qTest (column deleted_at), and those
   that depend on them, in the caller's transaction; with --apply those that the plan names.
   0, -1. */
int	 restore_deleted(struct session *, struct err *);
/* True if the object of a task is to be created again when it was deleted: by the option, by
   the choice of its line in the plan that is applied, or because another object is restored. */
int	 restore_is_asked(const struct task *);
/* True if effects of this kind have objects that outlive those that they need. */
int	 restore_is_object(const char *kind);
/* True if an effect of this kind with these needs (JSON) depends on one of the effects
   made_again, which are hashes of "kind/ekey". */
int	 restore_is_needed(const struct set *made_again, const char *kind, const char *needs);
/* After a 404 to the request of a task, which creates an object, make the effects pending
   that it needs, so that their objects are looked for.  0, -1. */
int	 restore_check_needs(struct task *, struct err *);
