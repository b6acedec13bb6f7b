#pragma once

struct err;
struct task;

/* Links of one source are sent in one request, at most LINK_MAX of them. */
enum { LINK_MAX = 100 };

/* True if a ready task may be prepared: with has_room, or, for a link, in the request of an
   earlier one.  A link waits until the queue holds all links of its request. */
int	 link_may_start(const struct task *, int has_room);
/* Let the links after a prepared one join its request; nothing for tasks of other kinds. */
void	 link_lead(struct task *);
/* Send the request of a link, with the links that joined it, whose intents are committed.  0;
   -1 when the run has failed, and the tasks have ended. */
int	 link_send(struct task *, struct err *);
