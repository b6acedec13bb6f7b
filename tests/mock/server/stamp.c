#include <time.h>

#include "server/stamp.h"

static int64_t now;	/* 0: use the wall clock */

int
stamp_open(const char *iso)
{
	return time_parse(iso, &now) == 0 && now > 0 ? 0 : -1;
}

void
stamp_tick(void)
{
	if (now != 0)
		now += 1000;
}

int64_t
stamp_now_ms(void)
{
	return now != 0 ? now : time_wall_ms();
}

int
stamp_date(char out[TIME_MAX])
{
	time_t sec = (time_t)(now / 1000);
	struct tm tm;

	if (now == 0 || gmtime_r(&sec, &tm) == NULL)
		return 0;
	return strftime(out, TIME_MAX, "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0;
}
