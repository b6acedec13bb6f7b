#pragma once

#include <stdint.h>

/* Calls to make later, sorted by time; a zeroed list is empty. */
struct timer {
	int64_t		 at;		/* time_mono_ms() */
	void		(*act)(void *);
	void		*arg;
	struct timer	*next, *prev;
};

struct timers {
	struct timer	*first, *last;
};

void	 timer_add(struct timers *, int64_t at, void (*act)(void *), void *);
/* Make the calls that are due; return the ms until the next one, or -1. */
int64_t	 timer_run(struct timers *, int64_t now);
/* Make all calls now. */
void	 timer_flush(struct timers *);
