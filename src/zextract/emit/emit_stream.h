#pragma once

#include "emit/emit.h"

/* Decides which stream is written when, and how each one ends. */

/* Write what may be written now, a page at most; ready: all is read that the next
   records need.  Return 1 when something was written, 0 when nothing can be
   written now, or -1. */
int	 emit_step(struct emit *, int ready, struct err *);
/* End each stream that has no END yet, when a run stops before it is whole: as
   unproven when something stays unread. */
void	 emit_stop(struct emit *, int unread);
