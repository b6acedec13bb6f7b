#pragma once

struct effect;
struct err;
struct task;
struct work;

/*
 * Effects of kind relink (ztoq-stream(5)): the texts of one object, the owner, mention other
 * objects, which are to be links.  The effect itself sends nothing.  Once all objects that the
 * texts mention are in qTest, or will never be, it checks if the body that was sent last has
 * the links.  If it does not, the owner becomes pending in the same transaction, and its update
 * carries them (relink_text.h).
 */

/*
 * A case whose texts mention no executions is approved after its relink, so that its runs have
 * the version with the links.
 */

/* Note a relink that is in the ledger. */
void	 relink_expect(struct work *, const struct effect *);
/* Note the relinks in the ledger that are still to be done.  0, -1. */
int	 relink_read_open(struct work *, struct err *);
/* Block the task of an approval if a relink of its case is still to be done.  1 when it is
   blocked, 0, -1. */
int	 relink_precedes(struct task *, struct err *);
/* Prepare a relink: end or block its task (struct kind).  0, -1. */
int	 relink_prepare(struct task *, struct err *);
/* Record a relink that has ended.  The caller has opened a transaction.  0, -1. */
int	 relink_write(struct task *, struct err *);
/* Let a task send its object again without links in the texts if qTest refused it with them.
   Return 1 if it does, else 0. */
int	 relink_refused(struct task *);
/* Record that the texts of an object, which is in qTest now, have no links because qTest
   refused them, or that it took them.  The caller has opened a transaction.  0, -1. */
int	 relink_write_owner(struct task *, struct err *);
/* Let the tasks go on that wait for the relink of such an object. */
void	 relink_owner_committed(struct task *);
/* Put the owner of a relink into the queue, if its text is to be written, or the files of its
   record, if they are to be looked up.  0, -1. */
int	 relink_after_commit(struct task *, struct err *);
