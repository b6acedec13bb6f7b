#pragma once

struct err;
struct work;

/* Write outcomes and intents in one transaction, then send the requests of these intents and
   remove the tasks that ended.  0, -1. */
int	 commit(struct work *, struct err *);
