#pragma once

#include <stdint.h>

#include "server/mock.h"

/*
 * Create a limit of n requests a minute, counted in fixed windows or over the last
 * minute (sliding), and of month requests in all.  minute_ms is the length of a
 * minute.  0 for n or month is no limit.
 */
struct rate *rate_new(int64_t n, int64_t minute_ms, int sliding,
	    int64_t month);
void	 rate_free(struct rate *);
/* Count one request and return 0; or return the milliseconds until there is room
   for it, or -1 if the month's requests are used up. */
int64_t	 rate_take(struct rate *, int64_t now);
int64_t	 rate_left_minute(const struct rate *);
int64_t	 rate_left_month(const struct rate *);
