#include "test.h"

#include "base/time.h"

static int64_t
ms(const char *s)
{
	int64_t t;

	return time_parse(s, &t) == 0 ? t : -999;
}

static const char *
iso(int64_t t)
{
	static char out[TIME_MAX];

	time_iso(t, out);
	return out;
}

TEST("every form of time that the APIs write is read") {
	CHECK_INT(ms("1970-01-01T00:00:00Z"), 0);
	CHECK_INT(ms("2024-05-17T09:30:00Z"), 1715938200000);
	CHECK_INT(ms("2024-05-17T09:30:00.123Z"), 1715938200123);
	CHECK_INT(ms("2024-05-17T09:30:00.1234567Z"), 1715938200123);
	CHECK_INT(ms("2024-05-17T09:30:00.5+00:00"), 1715938200500);
	CHECK_INT(ms("2024-05-17T11:30:00+02:00"), 1715938200000);
	CHECK_INT(ms("2024-05-17T11:30:00+0200"), 1715938200000);
	CHECK_INT(ms("2024-05-17T04:00:00-05:30"), 1715938200000);
	CHECK_INT(ms("2024-05-17"), 1715904000000);
	CHECK_INT(ms("2024-02-29T00:00:00Z"), 1709164800000);
	CHECK_INT(ms("1969-12-31T23:59:59Z"), -1000);
	CHECK_INT(ms("2016-12-31T23:59:60Z"), ms("2017-01-01T00:00:00Z"));
}

TEST("a text that is not a time is refused") {
	static const char *const bad[] = {
		"", "x", "2024", "2024-05", "2024-13-01", "2024-00-01",
		"2024-02-30", "2023-02-29", "1900-02-29", "2024-04-31",
		"2024-05-17T", "2024-05-17T09:30Z", "2024-05-17T09:30:00",
		"2024-05-17T24:00:00Z", "2024-05-17T09:60:00Z",
		"2024-05-17T09:30:61Z", "2024-05-17T09:30:00.Z",
		"2024-05-17T09:30:00Zx", "2024-05-17T09:30:00+2",
		"2024-05-17T09:30:00+02:0", "2024-05-17T09:30:00+99:00",
		"2024-05-17T09:30:00+02:00 ", "+024-05-17", "2024-5-7",
		" 2024-05-17", "17.05.2024"
	};
	size_t i;
	int64_t t = 42;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse(bad[i], &t) != -1) {
			printf("# took \"%s\"\n", bad[i]);
			CHECK(0);
		}
	CHECK_INT(time_parse(NULL, &t), -1);
	CHECK_INT(t, 42);
}

TEST("times are written in the two forms") {
	char out[TIME_MAX];

	CHECK_STR(iso(0), "1970-01-01T00:00:00Z");
	CHECK_STR(iso(1715938200999), "2024-05-17T09:30:00Z");
	CHECK_STR(iso(-1), "1969-12-31T23:59:59Z");
	time_iso_offset(1715938200000, out);
	CHECK_STR(out, "2024-05-17T09:30:00+00:00");
}

TEST("every day of four centuries is written and read unchanged") {
	int64_t d;

	for (d = -80000; d < 70000; d++)
		CHECK_INT(ms(iso(d * 86400000 + 3723000)),
		    d * 86400000 + 3723000);
}

TEST("clocks advance") {
	int64_t a = time_mono_ms();

	CHECK(time_mono_ms() >= a);
	CHECK(time_wall_ms() > 1700000000000);
}
