#pragma once

#include "domain/ledger/ledger.h"
#include "work/task.h"

/* The first pending effects in order of work, as tasks.  The ledger holds the other effects. */
struct queue {
	struct work	*work;		/* for the tasks; set by main */
	struct task	*head;
	int		 n, max;
	struct ledger_place at;		/* of the last row that was read */
	int		 more;		/* the ledger may hold rows after .at */
	int		 is_late;	/* the late effects may start, too (LEDGER_LATE) */
	int		 back;		/* earlier rows came: read a page at once */
	int		 passed;	/* blocked tasks that were removed for later ones */
	int		 ended;		/* tasks that ended since the last rewind */
	int		 stuck;		/* no task ended between two rewinds */
};

/* True if queue_fill would read the ledger. */
int	 queue_is_to_fill(const struct queue *);
/* Fill the queue from the ledger.  0, -1. */
int	 queue_fill(struct queue *, struct err *);
/* Read the rows of the ledger again from the row of this effect on. */
void	 queue_back(struct queue *, const struct effect *);
/* Read the ledger again from its first row on. */
void	 queue_rewind(struct queue *);
/* Do so from the first effect of its record on. */
void	 queue_back_record(struct queue *, const struct effect *);
/* Forget the task of an effect for which another payload is desired, or mark the task
   as superseded when it is under way. */
void	 queue_stale(struct queue *, const struct effect *);
/* Do so for all files of the steps of a case. */
void	 queue_stale_steps(struct queue *, const char *skey);
/* Put an effect, which is moved, into its place.  Return its task, or NULL when the queue
   holds the effect already. */
struct task *queue_put(struct queue *, struct effect *);
/* Retry the tasks that wait for the effect with this kind and key, with NULL all blocked tasks. */
void	 queue_retry(struct queue *, const char *kind, const char *ekey);
/* Lengthen the queue or read on when no task is under way and none can start.  When nothing is
   left to read, skip the tasks that wait for each other.  Return 1 when there is more to
   read, else the number of tasks that were skipped. */
int	 queue_give_up(struct queue *);
void	 queue_free(struct queue *);
