#include <stdlib.h>

#include "base/mem.h"

#include "server/timer.h"

/* Search the place from the end: most waits have the same length. */
void
timer_add(struct timers *ts, int64_t at, void (*act)(void *), void *arg)
{
	struct timer *t = mem_zalloc(sizeof(*t)), *after = ts->last;

	t->at = at;
	t->act = act;
	t->arg = arg;
	while (after != NULL && after->at > at)
		after = after->prev;
	t->prev = after;
	t->next = after == NULL ? ts->first : after->next;
	if (t->next != NULL)
		t->next->prev = t;
	else
		ts->last = t;
	if (after != NULL)
		after->next = t;
	else
		ts->first = t;
}

static void
timer_fire(struct timers *ts)
{
	struct timer *t = ts->first;

	ts->first = t->next;
	if (ts->first != NULL)
		ts->first->prev = NULL;
	else
		ts->last = NULL;
	t->act(t->arg);
	free(t);
}

int64_t
timer_run(struct timers *ts, int64_t now)
{
	while (ts->first != NULL && ts->first->at <= now)
		timer_fire(ts);
	return ts->first == NULL ? -1 : ts->first->at - now;
}

void
timer_flush(struct timers *ts)
{
	while (ts->first != NULL)
		timer_fire(ts);
}
