#ifndef ZLOAD_COMMIT_H
#define ZLOAD_COMMIT_H

struct err;
struct load;

/* Write outcomes and intents in one transaction, then send the requests.  0, -1. */
int	 commit(struct load *, struct err *);

#endif
