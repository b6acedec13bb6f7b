#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "io/retry.h"

static struct http_rsp
answer(enum http_end end, int status, int64_t retry_after)
{
	struct http_rsp r = { .end = end, .status = status,
		.retry_after = retry_after };

	if (end != HTTP_ANSWERED)
		snprintf(r.why, sizeof(r.why), "cut off");
	return r;
}

/* The times before and after the last judgement; a wait counts from a moment between
   them, also on a slow machine. */
static int64_t from, till;

static enum retry_verdict
judge(struct retry_policy *p, int is_write, int attempt, const struct http_rsp *r,
    int64_t *at)
{
	struct err e = { 0 };
	enum retry_verdict say;

	from = time_mono_ms();
	say = retry_judge(p, "x", is_write, attempt, r, at, &e);
	till = time_mono_ms();
	return say;
}

/* Return whether a time is between least and most after the last judgement. */
static int
within(int64_t at, int64_t least, int64_t most)
{
	return at - from >= least && at - till <= most;
}

TEST("a certificate that is not trusted is not tried again")
{
	struct http_rsp r = answer(HTTP_UNSENT, 0, -1);
	struct retry_policy p;
	struct err e = { 0 };
	int64_t at;

	r.untrusted = 1;
	retry_open(&p, 8);
	CHECK_INT(retry_judge(&p, "x", RETRY_READ, 1, &r, &at, &e), RETRY_STOP);
	CHECK_INT(e.code, ZX_REMOTE);
	CHECK_INT(judge(&p, 1, 1, &r, &at), RETRY_STOP);
	CHECK_INT(p.failing, 0);
}

TEST("an answer has its meaning for reading and for writing")
{
	static const struct {
		enum http_end		end;
		int			status;
		enum retry_verdict	read, write;
	} t[] = {
		{ HTTP_ANSWERED, 200, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 302, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 400, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 401, RETRY_AUTH, RETRY_AUTH },
		{ HTTP_ANSWERED, 403, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 404, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 408, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_ANSWERED, 409, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 422, RETRY_ACCEPT, RETRY_ACCEPT },
		{ HTTP_ANSWERED, 429, RETRY_LATER, RETRY_LATER },
		{ HTTP_ANSWERED, 500, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_ANSWERED, 502, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_ANSWERED, 503, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_ANSWERED, 504, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_UNSENT, 0, RETRY_LATER, RETRY_LATER },
		{ HTTP_DOUBT, 0, RETRY_LATER, RETRY_IN_DOUBT },
		{ HTTP_DOUBT, 200, RETRY_LATER, RETRY_IN_DOUBT },
	};
	struct retry_policy p;
	struct http_rsp r;
	int64_t at;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		r = answer(t[i].end, t[i].status, -1);
		retry_open(&p, 4);
		CHECK_INT(retry_judge(&p, "x", RETRY_READ, 1, &r, &at, NULL), t[i].read);
		CHECK_INT(at > 0, t[i].read == RETRY_LATER);
		retry_open(&p, 4);
		CHECK_INT(retry_judge(&p, "x", RETRY_WRITE, 1, &r, &at, NULL), t[i].write);
	}
}

TEST("requests stop after the maximum of tries, later for 429, with the reason")
{
	static const struct { int status, last; } t[] = {
		{ 500, 5 }, { 503, 5 }, { 429, 7 } };
	struct retry_policy p;
	struct http_rsp r;
	struct err e = { 0 };
	int64_t at;
	size_t i;

	for (i = 0; i < 3; i++) {
		retry_open(&p, 1);
		p.base_ms = 1;
		r = answer(HTTP_ANSWERED, t[i].status, 0);
		CHECK_INT(retry_judge(&p, "host", RETRY_READ, t[i].last - 1, &r, &at,
		    &e), RETRY_LATER);
		CHECK_INT(retry_judge(&p, "host", RETRY_READ, t[i].last, &r, &at, &e),
		    RETRY_STOP);
		CHECK_INT(e.code, ZX_REMOTE);
		CHECK(strstr(e.msg, "host: status ") && strstr(e.msg, "attempts"));
	}
}

TEST("a full disk and a body that is too large are not tried again")
{
	struct retry_policy p;
	struct http_rsp r = answer(HTTP_DOUBT, 200, -1);
	struct err e = { 0 };
	int64_t at;

	retry_open(&p, 1);
	r.sink_errno = ENOSPC;
	CHECK_INT(retry_judge(&p, "x", RETRY_READ, 1, &r, &at, &e), RETRY_STOP);
	CHECK_INT(e.code, ZX_IO);
	r.sink_errno = 0;
	r.too_large = 1;
	CHECK_INT(retry_judge(&p, "x", RETRY_READ, 1, &r, &at, &e), RETRY_STOP);
	CHECK_INT(e.code, ZX_PROTO);
}

TEST("waits double with a jitter up to the maximum")
{
	struct retry_policy p;
	struct http_rsp r = answer(HTTP_ANSWERED, 500, -1);
	int64_t at;
	int n;

	for (n = 1; n < 20; n++) {
		retry_open(&p, 1);
		p.tries = 100;
		p.cap_ms = 10000;
		CHECK_INT(judge(&p, 0, n, &r, &at), RETRY_LATER);
		if (n < 5)
			CHECK(within(at, 250 << (n - 1), 500 << (n - 1)));
		CHECK(within(at, 250, 10000));
	}
}

TEST("Retry-After is obeyed; 0 leaves the own wait")
{
	struct retry_policy p;
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 3600);
	int64_t at;

	log_open("t", LOG_ERROR, LOG_TEXT);
	retry_open(&p, 4);
	CHECK_INT(judge(&p, 1, 1, &r, &at), RETRY_LATER);
	CHECK(within(at, 3600000, 3600000));
	CHECK(p.gate_ms == at);
	retry_open(&p, 4);
	CHECK_INT(retry_wait_ms(&p), 0);
	r.retry_after = 0;
	CHECK_INT(judge(&p, 1, 1, &r, &at), RETRY_LATER);
	CHECK(within(at, 1000, 2000));
	CHECK(p.gate_ms == at);
}

TEST("429 halves the requests in flight, and good answers restore them one by one")
{
	struct retry_policy p;
	struct http_rsp bad = answer(HTTP_ANSWERED, 429, 0);
	struct http_rsp ok = answer(HTTP_ANSWERED, 200, -1);
	int64_t at;
	int i;

	retry_open(&p, 8);
	CHECK_INT(p.max_active, 8);
	retry_judge(&p, "x", RETRY_READ, 1, &bad, &at, NULL);
	CHECK_INT(p.max_active, 4);
	for (i = 0; i < 5; i++)
		retry_judge(&p, "x", RETRY_READ, 1, &bad, &at, NULL);
	CHECK_INT(p.max_active, 1);
	retry_judge(&p, "x", RETRY_READ, 1, &ok, &at, NULL);
	CHECK_INT(p.max_active, 2);
	for (i = 0; i < 2 + 3 + 4 + 5 + 6 + 7; i++) {
		CHECK(p.max_active < 8);
		retry_judge(&p, "x", RETRY_READ, 1, &ok, &at, NULL);
	}
	CHECK_INT(p.max_active, 8);
	for (i = 0; i < 50; i++)
		retry_judge(&p, "x", RETRY_READ, 1, &ok, &at, NULL);
	CHECK_INT(p.max_active, 8);
}

TEST("a host that keeps failing is probed by one request at a time, at growing intervals")
{
	struct retry_policy p;
	struct http_rsp bad = answer(HTTP_UNSENT, 0, -1);
	struct http_rsp ok = answer(HTTP_ANSWERED, 200, -1);
	int64_t at;
	int i;

	log_open("t", LOG_ERROR, LOG_TEXT);
	retry_open(&p, 8);
	for (i = 0; i < 4; i++)
		retry_judge(&p, "x", RETRY_READ, 1, &bad, &at, NULL);
	CHECK_INT(retry_wait_ms(&p), 0);
	CHECK_INT(p.max_active, 8);
	for (i = 0; i < 3; i++) {
		p.gate_ms = 0;
		judge(&p, 0, 1, &bad, &at);
		CHECK(within(p.gate_ms, 500 << i, 1000 << i));
		CHECK_INT(p.max_active, 1);
		CHECK(at >= p.gate_ms);
	}
	retry_judge(&p, "x", RETRY_READ, 1, &ok, &at, NULL);
	CHECK_INT(p.failing, 0);
	CHECK_INT(p.max_active, 2);
}

static void
long_gate(void *arg)
{
	struct retry_policy p;
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 120);
	int64_t at;

	(void)arg;
	log_open("prog", LOG_INFO, LOG_TEXT);
	retry_open(&p, 4);
	retry_judge(&p, "https://host", 0, 1, &r, &at, NULL);
	retry_judge(&p, "https://host", 0, 1, &r, &at, NULL);
	r.retry_after = 5;
	retry_judge(&p, "https://host", 0, 1, &r, &at, NULL);
}

TEST("a long wait is reported once, with its cause and end")
{
	static const char says[] = "prog: warn: https://host: status 429: waiting ";
	struct test_child c;
	int64_t began = time_wall_ms(), ended, until;
	char *rest, *line;
	int lines = 0;
	long s;

	test_run(&c, long_gate, NULL);
	ended = time_wall_ms();
	CHECK(strncmp(c.err, says, strlen(says)) == 0);
	s = strtol(c.err + strlen(says), &rest, 10);
	CHECK(s <= 120 && s >= 119 - (ended - began) / 1000);
	CHECK(strncmp(rest, " s, until ", 10) == 0 && strlen(rest) > 30);
	rest[30] = '\0';
	CHECK(time_parse(rest + 10, &until) == 0);
	CHECK(until >= began + 119000 && until <= ended + 121000);
	rest[30] = '\n';
	for (line = c.err; (line = strchr(line, '\n')) != NULL; line++)
		lines++;
	CHECK(lines == 1 || lines <= 1 + (ended - began) / 10000);
}

TEST("a good status with a malformed body is tried as often as a 500")
{
	struct retry_policy p;
	int64_t at, now;
	int n = 0;

	retry_open(&p, 4);
	for (;;) {
		now = time_mono_ms();
		if (!retry_odd_body(&p, "host", ++n, &at))
			break;
		CHECK(at >= now + (p.base_ms << (n - 1)) / 2);
		CHECK(at <= time_mono_ms() + (p.base_ms << (n - 1)));
	}
	CHECK_INT(n, 5);
}

TEST("a wait lasts an hour at most, whatever Retry-After says")
{
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 3601);
	struct retry_policy p;
	int64_t at, now = time_mono_ms();
	struct err e = { 0 };

	log_open("prog", LOG_ERROR, LOG_TEXT);
	retry_open(&p, 4);
	CHECK_INT(retry_judge(&p, "host", RETRY_READ, 1, &r, &at, &e), RETRY_LATER);
	CHECK(retry_wait_ms(&p) > 3590 * 1000 && p.gate_ms <= time_mono_ms() + 3600 * 1000);
	r.status = 500;
	r.retry_after = INT64_C(2678400);
	retry_open(&p, 4);
	CHECK_INT(retry_judge(&p, "host", RETRY_READ, 1, &r, &at, &e), RETRY_LATER);
	CHECK(at >= now + 3600 * 1000 && at <= time_mono_ms() + 3600 * 1000);
}
