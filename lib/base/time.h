#pragma once

#include <stdint.h>

/* Clocks, and points in time as text.  All numbers are ms, points in time since 1970. */
enum { TIME_MAX = 32 };		/* bytes for any text written here, with NUL */

/* Return the monotonic clock, for waits and durations. */
int64_t	 time_mono_ms(void);
/* Return the monotonic clock that goes on while the machine sleeps, for leases. */
int64_t	 time_boot_ms(void);
/* Return the time of day, UTC. */
int64_t	 time_wall_ms(void);
/* Sleep for us microseconds, or until a signal comes. */
void	 time_sleep_us(int64_t us);
/*
 * Parse s: ISO 8601 with Z, +hh:mm or +hhmm and an optional fraction of a second, or a
 * date alone, which is its midnight UTC.  Returns 0 and sets *ms, or -1 for other text
 * and for NULL.
 */
int	 time_parse(const char *s, int64_t *ms);
/* Write ms as 2024-05-17T09:30:00Z; fractions of a second are cut off. */
void	 time_iso(int64_t ms, char out[TIME_MAX]);
/* Write ms as 2024-05-17T09:30:00+00:00. */
void	 time_iso_offset(int64_t ms, char out[TIME_MAX]);
