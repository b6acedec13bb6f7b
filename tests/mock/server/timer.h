#ifndef MOCK_SERVER_TIMER_H
#define MOCK_SERVER_TIMER_H

#include <stdint.h>

/* Things to do later, in order of time; zeroed is none. */
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
/* Do what is due; then the ms until the next, or -1 when none waits. */
int64_t	 timer_run(struct timers *, int64_t now);
/* At the end: do all that waits, now. */
void	 timer_flush(struct timers *);

#endif
