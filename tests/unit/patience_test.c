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

/* A judgement, and between which times it was made: however long this machine
   stands still meanwhile, what it says lies between these. */
static int64_t from, till;

static enum patience_say
judge(struct patience *p, int is_write, int attempt, const struct http_rsp *r,
    int64_t *at)
{
	struct err e = { 0 };
	enum patience_say say;

	from = time_mono_ms();
	say = patience_judge(p, "x", is_write, attempt, r, at, &e);
	till = time_mono_ms();
	return say;
}

/* At least least from then, at most most. */
static int
within(int64_t at, int64_t least, int64_t most)
{
	return at - from >= least && at - till <= most;
}

TEST("a certificate that is not believed is no matter of patience")
{
	struct http_rsp r = answer(HTTP_UNSENT, 0, -1);
	struct patience p;
	struct err e = { 0 };
	int64_t at;

	r.untrusted = 1;
	patience_open(&p, 8);
	CHECK_INT(patience_judge(&p, "x", 0, 1, &r, &at, &e), PATIENCE_STOP);
	CHECK_INT(e.code, ZX_REMOTE);
	CHECK_INT(judge(&p, 1, 1, &r, &at), PATIENCE_STOP);
	CHECK_INT(p.failing, 0);
}

TEST("what an answer means, for reading and for writing")
{
	static const struct {
		enum http_end		end;
		int			status;
		enum patience_say	read, write;
	} t[] = {
		{ HTTP_ANSWERED, 200, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 302, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 400, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 401, PATIENCE_AUTH, PATIENCE_AUTH },
		{ HTTP_ANSWERED, 403, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 404, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 408, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_ANSWERED, 409, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 422, PATIENCE_TAKE, PATIENCE_TAKE },
		{ HTTP_ANSWERED, 429, PATIENCE_AGAIN, PATIENCE_AGAIN },
		{ HTTP_ANSWERED, 500, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_ANSWERED, 502, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_ANSWERED, 503, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_ANSWERED, 504, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_UNSENT, 0, PATIENCE_AGAIN, PATIENCE_AGAIN },
		{ HTTP_DOUBT, 0, PATIENCE_AGAIN, PATIENCE_DOUBT },
		{ HTTP_DOUBT, 200, PATIENCE_AGAIN, PATIENCE_DOUBT },
	};
	struct patience p;
	struct http_rsp r;
	int64_t at;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		r = answer(t[i].end, t[i].status, -1);
		patience_open(&p, 4);
		CHECK_INT(patience_judge(&p, "x", 0, 1, &r, &at, NULL), t[i].read);
		CHECK_INT(at > 0, t[i].read == PATIENCE_AGAIN);
		patience_open(&p, 4);
		CHECK_INT(patience_judge(&p, "x", 1, 1, &r, &at, NULL), t[i].write);
	}
}

TEST("stops after its tries, and a little later for 429, saying why")
{
	static const struct { int status, last; } t[] = {
		{ 500, 5 }, { 503, 5 }, { 429, 7 } };
	struct patience p;
	struct http_rsp r;
	struct err e = { 0 };
	int64_t at;
	size_t i;

	for (i = 0; i < 3; i++) {
		patience_open(&p, 1);
		p.base_ms = 1;
		r = answer(HTTP_ANSWERED, t[i].status, 0);
		CHECK_INT(patience_judge(&p, "host", 0, t[i].last - 1, &r, &at,
		    &e), PATIENCE_AGAIN);
		CHECK_INT(patience_judge(&p, "host", 0, t[i].last, &r, &at, &e),
		    PATIENCE_STOP);
		CHECK_INT(e.code, ZX_REMOTE);
		CHECK(strstr(e.msg, "host: status ") && strstr(e.msg, "tries"));
	}
}

TEST("a disk that is full or a body too large is no matter of patience")
{
	struct patience p;
	struct http_rsp r = answer(HTTP_DOUBT, 200, -1);
	struct err e = { 0 };
	int64_t at;

	patience_open(&p, 1);
	r.sink_errno = ENOSPC;
	CHECK_INT(patience_judge(&p, "x", 0, 1, &r, &at, &e), PATIENCE_STOP);
	CHECK_INT(e.code, ZX_IO);
	r.sink_errno = 0;
	r.too_large = 1;
	CHECK_INT(patience_judge(&p, "x", 0, 1, &r, &at, &e), PATIENCE_STOP);
	CHECK_INT(e.code, ZX_PROTO);
}

TEST("own waits double with a jitter up to the cap")
{
	struct patience p;
	struct http_rsp r = answer(HTTP_ANSWERED, 500, -1);
	int64_t at;
	int n;

	for (n = 1; n < 20; n++) {
		patience_open(&p, 1);
		p.tries = 100;
		p.cap_ms = 10000;
		CHECK_INT(judge(&p, 0, n, &r, &at), PATIENCE_AGAIN);
		if (n < 5)
			CHECK(within(at, 250 << (n - 1), 500 << (n - 1)));
		CHECK(within(at, 250, 10000));
	}
}

TEST("Retry-After is obeyed whatever it says; 0 means: use your own")
{
	struct patience p;
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 3600);
	int64_t at;

	log_open("t", LOG_ERROR, LOG_TEXT);
	patience_open(&p, 4);
	CHECK_INT(judge(&p, 1, 1, &r, &at), PATIENCE_AGAIN);
	CHECK(within(at, 3600000, 3600000));
	CHECK(p.gate_ms == at);
	patience_open(&p, 4);
	CHECK_INT(patience_wait(&p), 0);
	r.retry_after = 0;
	CHECK_INT(judge(&p, 1, 1, &r, &at), PATIENCE_AGAIN);
	CHECK(within(at, 1000, 2000));
	CHECK(p.gate_ms == at);
}

TEST("429 halves the width, good answers win it back one by one")
{
	struct patience p;
	struct http_rsp bad = answer(HTTP_ANSWERED, 429, 0);
	struct http_rsp ok = answer(HTTP_ANSWERED, 200, -1);
	int64_t at;
	int i;

	patience_open(&p, 8);
	CHECK_INT(p.width, 8);
	patience_judge(&p, "x", 0, 1, &bad, &at, NULL);
	CHECK_INT(p.width, 4);
	for (i = 0; i < 5; i++)
		patience_judge(&p, "x", 0, 1, &bad, &at, NULL);
	CHECK_INT(p.width, 1);
	patience_judge(&p, "x", 0, 1, &ok, &at, NULL);
	CHECK_INT(p.width, 2);
	for (i = 0; i < 2 + 3 + 4 + 5 + 6 + 7; i++) {
		CHECK(p.width < 8);
		patience_judge(&p, "x", 0, 1, &ok, &at, NULL);
	}
	CHECK_INT(p.width, 8);
	for (i = 0; i < 50; i++)
		patience_judge(&p, "x", 0, 1, &ok, &at, NULL);
	CHECK_INT(p.width, 8);
}

TEST("a host that keeps failing is probed by one request at a time, in growing steps")
{
	struct patience p;
	struct http_rsp bad = answer(HTTP_UNSENT, 0, -1);
	struct http_rsp ok = answer(HTTP_ANSWERED, 200, -1);
	int64_t at;
	int i;

	log_open("t", LOG_ERROR, LOG_TEXT);
	patience_open(&p, 8);
	for (i = 0; i < 4; i++)
		patience_judge(&p, "x", 0, 1, &bad, &at, NULL);
	CHECK_INT(patience_wait(&p), 0);
	CHECK_INT(p.width, 8);
	for (i = 0; i < 3; i++) {
		p.gate_ms = 0;
		judge(&p, 0, 1, &bad, &at);
		CHECK(within(p.gate_ms, 500 << i, 1000 << i));
		CHECK_INT(p.width, 1);
		CHECK(at >= p.gate_ms);
	}
	patience_judge(&p, "x", 0, 1, &ok, &at, NULL);
	CHECK_INT(p.failing, 0);
	CHECK_INT(p.width, 2);
}

static void
long_gate(void *arg)
{
	struct patience p;
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 120);
	int64_t at;

	(void)arg;
	log_open("prog", LOG_INFO, LOG_TEXT);
	patience_open(&p, 4);
	patience_judge(&p, "https://host", 0, 1, &r, &at, NULL);
	patience_judge(&p, "https://host", 0, 1, &r, &at, NULL);
	r.retry_after = 5;
	patience_judge(&p, "https://host", 0, 1, &r, &at, NULL);
}

TEST("a long wait is told once: for what, and until when")
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

TEST("a good status without an answer is tried as often as a 500")
{
	struct patience p;
	int64_t at, now;
	int n = 0;

	patience_open(&p, 4);
	for (;;) {
		now = time_mono_ms();
		if (!patience_odd(&p, "host", ++n, &at))
			break;
		CHECK(at >= now + (p.base_ms << (n - 1)) / 2);
		CHECK(at <= time_mono_ms() + (p.base_ms << (n - 1)));
	}
	CHECK_INT(n, 5);
}

TEST("an hour is waited at most, whatever Retry-After says")
{
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 3601);
	struct patience p;
	int64_t at, now = time_mono_ms();
	struct err e = { 0 };

	log_open("prog", LOG_ERROR, LOG_TEXT);
	patience_open(&p, 4);
	CHECK_INT(patience_judge(&p, "host", 0, 1, &r, &at, &e), PATIENCE_AGAIN);
	CHECK(patience_wait(&p) > 3590 * 1000 && p.gate_ms <= time_mono_ms() + 3600 * 1000);
	r.status = 500;
	r.retry_after = INT64_C(2678400);
	patience_open(&p, 4);
	CHECK_INT(patience_judge(&p, "host", 0, 1, &r, &at, &e), PATIENCE_AGAIN);
	CHECK(at >= now + 3600 * 1000 && at <= time_mono_ms() + 3600 * 1000);
}
