#pragma once

struct doubts;
struct err;

/* Request what is due to be read back.  0, -1. */
int	 readback_turn(struct doubts *, struct err *);
