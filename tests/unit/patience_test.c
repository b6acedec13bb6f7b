#include "test.h"

#include <errno.h>

#include "base/log.h"
#include "base/time.h"
#include "io/patience.h"

static struct http_rsp
answer(enum http_end end, int status, int64_t retry_after)
{
	struct http_rsp r = { .end = end, .status = status,
		.retry_after = retry_after };

	if (end != HTTP_ANSWERED)
		snprintf(r.why, sizeof(r.why), "cut off");
	return r;
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
	int64_t at, wait, from;
	int n;

	for (n = 1; n < 20; n++) {
		patience_open(&p, 1);
		p.tries = 100;
		p.cap_ms = 10000;
		from = time_mono_ms();
		CHECK_INT(patience_judge(&p, "x", 0, n, &r, &at, NULL),
		    PATIENCE_AGAIN);
		wait = at - from;
		if (n < 5)
			CHECK(wait >= 250 << (n - 1) &&
			    wait <= (500 << (n - 1)) + 20);
		CHECK(wait <= 10020);
	}
}

TEST("Retry-After is obeyed whatever it says; 0 means: use your own")
{
	struct patience p;
	struct http_rsp r = answer(HTTP_ANSWERED, 429, 3600);
	struct err e = { 0 };
	int64_t at, from = time_mono_ms();

	log_open("t", LOG_ERROR, LOG_TEXT);
	patience_open(&p, 4);
	CHECK_INT(patience_judge(&p, "x", 1, 1, &r, &at, &e), PATIENCE_AGAIN);
	CHECK(at - from >= 3600000 && at - from < 3601000);
	CHECK(patience_wait(&p) > 3590000);
	patience_open(&p, 4);
	CHECK_INT(patience_wait(&p), 0);
	r.retry_after = 0;
	CHECK_INT(patience_judge(&p, "x", 1, 1, &r, &at, &e), PATIENCE_AGAIN);
	CHECK(at - from >= 1000 && at - from < 5000);
	CHECK(patience_wait(&p) > 0);
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
	int64_t at, wait[3];
	int i;

	log_open("t", LOG_ERROR, LOG_TEXT);
	patience_open(&p, 8);
	for (i = 0; i < 4; i++)
		patience_judge(&p, "x", 0, 1, &bad, &at, NULL);
	CHECK_INT(patience_wait(&p), 0);
	CHECK_INT(p.width, 8);
	for (i = 0; i < 3; i++) {
		p.gate_ms = 0;
		patience_judge(&p, "x", 0, 1, &bad, &at, NULL);
		wait[i] = patience_wait(&p);
		CHECK_INT(p.width, 1);
		CHECK(at >= p.gate_ms);
	}
	CHECK(wait[0] >= 400 && wait[2] >= 1900 && wait[2] > wait[0]);
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
	struct test_child c;

	test_run(&c, long_gate, NULL);
	CHECK(strstr(c.err, "prog: warn: https://host: status 429: waiting 120 s,"
	    " until 20") != NULL || strstr(c.err, "waiting 119 s") != NULL);
	CHECK(strchr(c.err, '\n') == c.err + strlen(c.err) - 1);
}
