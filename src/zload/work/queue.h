#ifndef ZLOAD_QUEUE_H
#define ZLOAD_QUEUE_H

#include "domain/ledger/ledger.h"
#include "work/task.h"

/* The window: pending effects in order of work.  The ledger holds the rest. */
struct queue {
	struct task	*head;
	int		 n, max;
	struct ledger_place at;		/* of the last row taken in */
	int		 more;		/* the ledger may hold rows after it */
	int		 back;		/* earlier rows came: take a page now */
	int		 passed;	/* blocked tasks that made room for others */
	int		 ended;		/* tasks that ended since the last sweep */
	int		 stuck;		/* none ended in a whole sweep */
};

/* Fill the window from the ledger.  0, -1. */
int	 queue_fill(struct load *, struct err *);
/* Read the rows of the ledger from this one on again. */
void	 queue_back(struct load *, const struct effect *);
/* Another payload is desired for this effect: forget its task, or mark it as
   superseded when it is under way. */
void	 queue_stale(struct load *, const struct effect *);
/* Put an effect, which is moved, into its place.  Return its task, NULL when it is
   there already. */
struct task *queue_put(struct load *, struct effect *);
/* Look again at the tasks that wait for the effect with this kind and key. */
void	 queue_event(struct load *, const char *kind, const char *ekey);
/* Look again at all blocked tasks. */
void	 queue_look_again(struct load *);
void	 queue_input_ended(struct load *);
/* Nothing is under way: look further, or skip what waits for itself.  Return 1 when
   there is more to do, else how many tasks are skipped. */
int	 queue_give_up(struct load *);
void	 queue_free(struct load *);

#endif
