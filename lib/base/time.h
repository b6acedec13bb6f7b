#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stddef.h>
#include <stdint.h>

enum { TIME_MAX = 32 };		/* room for any text written here */

int64_t	 time_mono_ms(void);	/* for waits */
int64_t	 time_wall_ms(void);	/* since 1970 */
/*
 * ISO 8601 with Z, +hh:mm or +hhmm and an optional fraction, or a date alone
 * (midnight UTC), to ms since 1970.  -1 when it is no such thing.
 */
int	 time_parse(const char *, int64_t *ms);
/* 2024-05-17T09:30:00Z */
void	 time_iso(int64_t ms, char out[TIME_MAX]);
/* 2024-05-17T09:30:00+00:00, the one form that every qTest call takes. */
void	 time_qtest(int64_t ms, char out[TIME_MAX]);

#endif
