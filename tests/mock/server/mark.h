#pragma once

#include "server/mock.h"

enum { TURN_MARK = 1, TURN_BACK };

/* Keep the state as it is now; go back to it, any number of times. */
handler	 mark_set, mark_back;

/* Do the TURN_ in mock.turn.  No connection may be open, since both processes
   would share it. */
void	 mark_turn(struct mock *);
