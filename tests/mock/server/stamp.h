#pragma once

#include <stdint.h>

#include "base/time.h"

/*
 * The times with which objects of qTest and edited rows of the source are stamped:
 * those of the wall clock, or with --clock times that depend on the number of
 * requests alone, so that two runs show the same dates.
 */

/* Start at an ISO 8601 time; return -1 if the text is not one. */
int	 stamp_open(const char *);
/* Advance --clock by one second; without --clock do nothing. */
void	 stamp_tick(void);
int64_t	 stamp_now_ms(void);	/* since 1970 */
/* Write the header Date of an answer; return 0 without --clock. */
int	 stamp_date(char out[TIME_MAX]);
