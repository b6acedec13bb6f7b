#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#include "qtest/qtest.h"
#include "server/fault.h"
#include "server/rate.h"
#include "server/record.h"
#include "zephyr/zephyr.h"

static int
fault_host_fits(const struct mock *m, const struct request *rq)
{
	return rq->host != NULL && strcmp(rq->host, strstr(m->base, "//") + 2) == 0;
}

static void
fault_too_many(const struct mock *m, int64_t wait, struct reply *rp)
{
	const char *how = m->set->retry_after;
	int64_t s = wait < 0 ? 86400 : (wait + 999) / 1000;

	reply_qtest(rp, 429, "Too many requests");
	if (how != NULL && strcmp(how, "none") == 0)
		return;
	if (how != NULL && strcmp(how, "auto") != 0)
		reply_header(rp, "Retry-After", "%s", how);
	else
		reply_header(rp, "Retry-After", "%ld", (long)s);
}

/* Return 1 and put the 429 into rp if the rate leaves no room for the request. */
static int
fault_throttled(struct mock *m, const struct request *rq, struct reply *rp)
{
	struct rate *r = rq->api <= API_QTEST ? m->rate[rq->api] : NULL;
	int64_t wait;

	if (r == NULL)
		return 0;
	wait = rate_take(r, time_mono_ms());
	if (wait != 0)
		fault_too_many(m, wait, rp);
	if (rq->api == API_QTEST && m->set->limit_headers) {
		reply_header(rp, "x-ratelimit-remaining-minute", "%ld",
		    (long)rate_left_minute(r));
		reply_header(rp, "x-ratelimit-remaining-month", "%ld",
		    (long)rate_left_month(r));
	}
	return wait != 0;
}

static void
fault_play_status(const struct fault *f, struct reply *rp)
{
	reply_qtest(rp, (int)f->n, "zmock: injected fault");
	if (f->text != NULL) {
		buf_reset(&rp->body);
		buf_puts(&rp->body, f->text);
		if (f->text[0] == '<')
			rp->type = "text/html";
	}
	if (f->retry_after >= 0)
		reply_header(rp, "Retry-After", "%ld", (long)f->retry_after);
}

/* Put the fault in the place of an answer. */
static void
fault_play_status_after(const struct fault *f, struct reply *rp)
{
	reply_free(rp);
	memset(rp, 0, sizeof(*rp));
	fault_play_status(f, rp);
}

static void
fault_play_redirect(const struct fault *f, const struct request *rq, struct reply *rp)
{
	size_t len = strlen(f->text);

	rp->status = 307;
	if (len > 0 && f->text[len - 1] == '*')
		reply_header(rp, "Location", "%.*s%s", (int)len - 1, f->text,
		    rq->uri);
	else
		reply_header(rp, "Location", "%s", f->text);
}

static void
fault_play_wrong_total(int64_t n, struct reply *rp)
{
	char *at = rp->body.len == 0 ? NULL :
	    strstr(rp->body.s, "\"total\":");
	struct buf b = { 0 };
	char *end;
	long long total;

	if (at == NULL)
		return;
	at += strlen("\"total\":");
	total = strtoll(at, &end, 10);
	buf_add(&b, rp->body.s, (size_t)(at - rp->body.s));
	buf_int(&b, total + n);
	buf_add(&b, end, strlen(end));
	buf_free(&rp->body);
	rp->body = b;
}

/* Write "{" and a first member of n levels to out; s is at the "{" of a JSON
   object.  Returns the position behind it. */
static const char *
fault_deepen_object(int64_t n, const char *s, struct buf *out)
{
	int64_t i;

	buf_puts(out, "{\"zz\":");
	for (i = 0; i < n; i++)
		buf_putc(out, '[');
	buf_puts(out, "\"inmost\"");
	for (i = 0; i < n; i++)
		buf_putc(out, ']');
	if (s[1] != '}')
		buf_putc(out, ',');
	return s + 1;
}

/* Add such a member to the answer and to every object in it that begins with id. */
static void
fault_play_deepen(int64_t n, struct reply *rp)
{
	static const char mark[] = "{\"id\":";
	const char *s = buf_str(&rp->body), *at;
	struct buf b = { 0 };

	if (*s == '{')
		s = fault_deepen_object(n, s, &b);
	else if (*s != '[')
		return;
	while ((at = strstr(s, mark)) != NULL) {
		buf_add(&b, s, (size_t)(at - s));
		s = fault_deepen_object(n, at, &b);
	}
	buf_puts(&b, s);
	buf_free(&rp->body);
	rp->body = b;
}

/* Return 1 if the fault takes the place of the handler. */
static int
fault_play_instead(struct mock *m, const struct fault *f, struct request *rq,
    struct reply *rp)
{
	switch (f->play) {
	case PLAY_STATUS:
		fault_play_status(f, rp);
		return 1;
	case PLAY_HTML200:
		reply_html(rp, 200, "Sign in");
		return 1;
	case PLAY_REDIRECT:
		fault_play_redirect(f, rq, rp);
		return 1;
	case PLAY_EXPIRE:
		qtest_expire(m->qtest);
		if (rq->api == API_QTEST)
			reply_qtest(rp, 401, "Invalid or expired token");
		else
			reply_zephyr(rp, 401, "Client must be authenticated");
		return 1;
	default:
		return f->play == PLAY_BEFORE || f->play == PLAY_LATE;
	}
}

static void
fault_play_before(struct mock *m, const struct fault *f, const struct request *rq)
{
	if (f->play == PLAY_STALE)
		qtest_stale(m->qtest, 60000);
	if (f->play == PLAY_SHIFT)
		zephyr_shift(m->zephyr, rq, strcmp(f->text, "insert") == 0);
}

int64_t
fault_process(struct mock *m, struct request *rq, struct reply *rp,
    struct fault_plan *plan)
{
	const struct fault *f = NULL;
	int acted = 0;

	record_begin(m->record, rq, fault_host_fits(m, rq));
	if (!fault_throttled(m, rq, rp)) {
		if (rq->api != API_MOCK)
			f = scenario_match(m->scenario, rq);
		if (f != NULL)
			fault_play_before(m, f, rq);
		acted = f == NULL || !fault_play_instead(m, f, rq, rp);
		if (acted)
			mock_answer(m, rq, rp);
	}
	plan->play = f == NULL ? PLAY_NONE : f->play;
	plan->n = f == NULL ? 0 : f->n;
	if (plan->play == PLAY_STATUS_AFTER)
		fault_play_status_after(f, rp);
	if (plan->play == PLAY_LIE)
		fault_play_wrong_total(f->n, rp);
	if (plan->play == PLAY_DEEPEN)
		fault_play_deepen(f->n, rp);
	if (plan->play == PLAY_CUT && (size_t)f->n < rp->body.len)
		buf_cut(&rp->body, (size_t)f->n);
	if (plan->play == PLAY_CUT && (uint64_t)f->n < rp->file_len)
		rp->file_len = (uint64_t)f->n;
	if (plan->play == PLAY_KILL && f->n > 1)
		kill((pid_t)f->n, SIGKILL);
	if (plan->play != PLAY_LATE)
		record_end(m->record, rq, plan->play == PLAY_BEFORE ||
		    plan->play == PLAY_AFTER ? 0 : rp->status == 0 ? 200 :
		    rp->status, rp->body.len + rp->file_len, acted, f == NULL ? NULL : f->name);
	if (rq->api == API_MOCK)
		return 0;
	return m->set->latency_ms + (plan->play == PLAY_DELAY ? plan->n : 0);
}
