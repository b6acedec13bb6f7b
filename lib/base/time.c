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
time_wall_ms(void)
{
	return time_clock(CLOCK_REALTIME);
}

/* Days from 1970-01-01 in the Gregorian calendar; years start in March. */
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

static int
time_month(int64_t y, int64_t m)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[m - 1] +
	    (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* Exactly n digits. */
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

static int
time_char(const char **s, char c)
{
	return *(*s)++ == c ? 0 : -1;
}

/* The offset from UTC, in minutes. */
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

/* hh:mm:ss[.fraction] to ms. */
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

static void
time_text(int64_t ms, const char *zone, char out[TIME_MAX])
{
	int64_t s = ms / 1000 - (ms % 1000 < 0);
	int64_t days = s / 86400 - (s % 86400 < 0), sec = s - days * 86400;
	int64_t z = days + 719468, era, doe, yoe, doy, mp, m, y;

	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	m = mp < 10 ? mp + 3 : mp - 9;
	y = yoe + era * 400 + (m <= 2);
	snprintf(out, TIME_MAX, "%04d-%02d-%02dT%02d:%02d:%02d%s", (int)y,
	    (int)m, (int)(doy - (153 * mp + 2) / 5 + 1), (int)(sec / 3600),
	    (int)(sec / 60 % 60), (int)(sec % 60), zone);
}

void
time_iso(int64_t ms, char out[TIME_MAX])
{
	time_text(ms, "Z", out);
}

void
time_qtest(int64_t ms, char out[TIME_MAX])
{
	time_text(ms, "+00:00", out);
}
