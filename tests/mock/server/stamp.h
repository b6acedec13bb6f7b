#ifndef MOCK_SERVER_STAMP_H
#define MOCK_SERVER_STAMP_H

#include <stdint.h>

#include "base/time.h"

/*
 * The moments that objects of qTest and edited rows of the source are stamped
 * with: those of the wall clock, or with --clock moments that depend on nothing
 * but the number of requests, so that two runs show the same dates.
 */

/* Start at the moment of an ISO 8601 text; -1 when it is no such thing. */
int	 stamp_open(const char *);
/* Let one second go by; without --clock this does nothing. */
void	 stamp_tick(void);
int64_t	 stamp_now_ms(void);	/* since 1970 */
/* The header Date for an answer; 0 without --clock. */
int	 stamp_date(char out[TIME_MAX]);

#endif
