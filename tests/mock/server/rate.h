#ifndef MOCK_SERVER_RATE_H
#define MOCK_SERVER_RATE_H

#include <stdint.h>

#include "server/mock.h"

/*
 * A ceiling of n requests a minute (the minute may be made shorter), counted
 * in fixed windows or over the sliding last one, and a budget for the month.
 */
struct rate *rate_new(int64_t n, int64_t minute_ms, int sliding,
	    int64_t month);
void	 rate_free(struct rate *);
/* Take one: 0, or the milliseconds until there is room, or -1: month used. */
int64_t	 rate_take(struct rate *, int64_t now);
int64_t	 rate_left_minute(const struct rate *);
int64_t	 rate_left_month(const struct rate *);

#endif
