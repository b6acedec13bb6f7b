#ifndef MOCK_SERVER_MARK_H
#define MOCK_SERVER_MARK_H

#include "server/mock.h"

enum { TURN_MARK = 1, TURN_BACK };

/* Keep the state as it is now; go back to it, any number of times. */
void	 mark_set(struct mock *, struct request *, struct reply *);
void	 mark_back(struct mock *, struct request *, struct reply *);

/* Do what mock.turn says, when no connection is open: copies would share it. */
void	 mark_turn(struct mock *);

#endif
