#ifndef IO_JQBOUND_H
#define IO_JQBOUND_H

#include <stdint.h>

/*
 * What keeps a jq program within bounds; jqprog.c alone calls this.  The
 * limits are set by jqprog_bound() and hold between enter and leave only.
 */
int64_t	 jqbound_begin(const char *name);	/* a feed: its time, in us */
void	 jqbound_enter(int64_t left_us);
int64_t	 jqbound_leave(void);			/* what is left of the time */
void	 jqbound_nomem(void *);			/* libjq found no memory */

#endif
