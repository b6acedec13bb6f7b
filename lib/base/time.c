#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

static int64_t
time_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
time_mono_ms(void)
{
	return time_clock(CLOCK_MONOTONIC);
}

int64_t
time_boot_ms(void)
{
	return time_clock(CLOCK_BOOTTIME);
}

int64_t
time_wall_ms(void)
{
	return time_clock(CLOCK_REALTIME);
}

void
time_sleep_us(int64_t us)
{
	struct timespec ts = { .tv_sec = (time_t)(us / 1000000), .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&ts, NULL);
}

/* Return the days from 1970-01-01 to a date of the Gregorian calendar.  Counted in years
   that begin in March, so that a leap day is the last day of its year. */
static int64_t
time_days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	y -= era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + y * 365 + y / 4 - y / 100 + doy - 719468;
}

/* Return the days of month m (1 to 12) of year y. */
static int
time_month(int64_t y, int64_t m)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[m - 1] +
	    (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* Read exactly n digits at *s into *out and move *s behind them; -1 if there are fewer. */
static int
time_digits(const char **s, int n, int64_t *out)
{
	for (*out = 0; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		*out = *out * 10 + (**s - '0');
	}
	return 0;
}

/* Move *s over one character; -1 unless it is c. */
static int
time_char(const char **s, char c)
{
	return *(*s)++ == c ? 0 : -1;
}

/* Parse s, an offset from UTC up to the end of the text, into *min, minutes. */
static int
time_zone(const char *s, int64_t *min)
{
	int64_t h, m;
	int west = *s == '-';

	*min = 0;
	if (*s == 'Z' || *s == 'z')
		return s[1] == '\0' ? 0 : -1;
	if (*s != '+' && *s != '-')
		return -1;
	s++;
	if (time_digits(&s, 2, &h) == -1)
		return -1;
	s += *s == ':';
	if (time_digits(&s, 2, &m) == -1 || *s != '\0' || h > 23 || m > 59)
		return -1;
	*min = (h * 60 + m) * (west ? -1 : 1);
	return 0;
}

/* Parse hh:mm:ss[.fraction] at *s into *ms since midnight and move *s behind it. */
static int
time_of_day(const char **s, int64_t *ms)
{
	int64_t h, m, sec, frac = 0, unit;

	if (time_digits(s, 2, &h) == -1 || time_char(s, ':') == -1 ||
	    time_digits(s, 2, &m) == -1 || time_char(s, ':') == -1 ||
	    time_digits(s, 2, &sec) == -1 || h > 23 || m > 59 || sec > 60)
		return -1;
	if (**s == '.' || **s == ',') {
		if (*++*s < '0' || **s > '9')
			return -1;
		for (unit = 100; **s >= '0' && **s <= '9'; unit /= 10)
			frac += (*(*s)++ - '0') * unit;
	}
	*ms = ((h * 60 + m) * 60 + sec) * 1000 + frac;
	return 0;
}

int
time_parse(const char *s, int64_t *ms)
{
	int64_t y, m, d, day = 0, zone = 0;

	if (s == NULL || time_digits(&s, 4, &y) == -1 ||
	    time_char(&s, '-') == -1 || time_digits(&s, 2, &m) == -1 ||
	    time_char(&s, '-') == -1 || time_digits(&s, 2, &d) == -1 ||
	    m < 1 || m > 12 || d < 1 || d > time_month(y, m))
		return -1;
	if (*s != '\0') {
		if (*s != 'T' && *s != 't' && *s != ' ')
			return -1;
		s++;
		if (time_of_day(&s, &day) == -1 || time_zone(s, &zone) == -1)
			return -1;
	}
	*ms = time_days(y, m, d) * 86400000 + day - zone * 60000;
	return 0;
}

/* Write the year of ms in UTC, and its other parts as strftime does with format. */
static void
time_text(int64_t ms, const char *format, char out[TIME_MAX])
{
	time_t s = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm t = { 0 };
	size_t n;

	gmtime_r(&s, &t);
	n = (size_t)snprintf(out, TIME_MAX, "%04d", t.tm_year + 1900);
	strftime(out + n, TIME_MAX - n, format, &t);
}

void
time_iso(int64_t ms, char out[TIME_MAX])
{
	time_text(ms, "-%m-%dT%H:%M:%SZ", out);
}

void
time_iso_offset(int64_t ms, char out[TIME_MAX])
{
	time_text(ms, "-%m-%dT%H:%M:%S+00:00", out);
}
