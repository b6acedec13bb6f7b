#include <stdlib.h>

#include "base/mem.h"

#include "server/rate.h"

struct rate {
	int64_t	 n, minute, month;	/* n, month 0: no limit */
	int	 sliding;
	int64_t	 start, used, total;
	int64_t	*ring;			/* sliding: times of the last n */
	int64_t	 head;
};

struct rate *
rate_new(int64_t n, int64_t minute_ms, int sliding, int64_t month)
{
	struct rate *r = mem_zalloc(sizeof(*r));

	r->n = n;
	r->minute = minute_ms > 0 ? minute_ms : 60000;
	r->month = month;
	r->sliding = sliding;
	if (n > 0)
		r->ring = mem_zalloc((size_t)n * sizeof(*r->ring));
	return r;
}

void
rate_free(struct rate *r)
{
	if (r == NULL)
		return;
	free(r->ring);
	free(r);
}

static int64_t
rate_spend_fixed(struct rate *r, int64_t now)
{
	if (now - r->start >= r->minute) {
		r->start = now - now % r->minute;
		r->used = 0;
	}
	if (r->used >= r->n)
		return r->start + r->minute - now;
	r->used++;
	return 0;
}

static int64_t
rate_spend_sliding(struct rate *r, int64_t now)
{
	int64_t oldest = r->ring[r->head];

	if (oldest != 0 && now - oldest < r->minute)
		return r->minute - (now - oldest);
	r->ring[r->head] = now;
	r->head = (r->head + 1) % r->n;
	return 0;
}

int64_t
rate_take(struct rate *r, int64_t now)
{
	int64_t wait = 0;

	if (r->month > 0 && r->total >= r->month)
		return -1;
	if (r->n > 0)
		wait = r->sliding ? rate_spend_sliding(r, now) : rate_spend_fixed(r, now);
	if (wait == 0)
		r->total++;
	return wait;
}

int64_t
rate_left_minute(const struct rate *r)
{
	if (r->n == 0)
		return 999999;
	return r->sliding ? r->n / 2 : r->n - r->used;
}

int64_t
rate_left_month(const struct rate *r)
{
	return r->month == 0 ? 9999999 : r->month - r->total;
}
