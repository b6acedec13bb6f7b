#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/api/qtest_impl.h"

enum { NOISE = 2048 };		/* of a body that is kept for messages */

/* A 2xx that is no JSON: a login page, a proxy's apology. */
static void
qtest_judge_odd(struct qtest_req *rq, const struct http_rsp *rsp, const struct err *parse)
{
	struct qtest *qt = rq->qt;
	struct err e = { 0 };

	if (!rq->is_write && retry_odd_body(&qt->patience, qt->base, rq->attempt, &rq->at_ms)) {
		qtest_push(qt, rq);
		return;
	}
	err_set(&e, ZX_PROTO, "%s: %s %s: status %d but the body is %s instead of JSON (%s); does"
	    " QTEST_BASE_URL name the qTest site itself?", qt->base, rq->method, rq->path,
	    rsp->status, strstr(rsp->type, "html") ? "a web page" : "something else", parse->msg);
	qtest_fail(qt, &e);
	qtest_finish_bare(rq, rq->is_write ? QTEST_DOUBT : QTEST_UNSENT, rsp->status, e.msg);
}

/* What a refusal says; of a request too large how large it is, since servers in
   front of qTest say no more than that. */
static void
qtest_judge_refusal_why(
    struct qtest_reply *rp, const struct qtest_req *rq, const struct http_rsp *rsp)
{
	size_t n;

	qtest_why(rp->why, sizeof(rp->why), rsp->status, rsp->type, &rsp->body);
	n = strlen(rp->why);
	if (rsp->status == 413 && rq->len > 0)
		snprintf(rp->why + n, sizeof(rp->why) - n, " (the request has %zu bytes)",
		    rq->len);
}

static void
qtest_judge_answer(struct qtest_req *rq, struct http_rsp *rsp)
{
	struct qtest_reply rp = { .status = rsp->status, .total = -1 };
	struct qtest *qt = rq->qt;
	struct err e = { 0 };

	rp.body = buf_str(&rsp->body);
	if (rsp->status >= 300 && rsp->status < 400) {
		err_set(&e, ZX_CONFIG, "%s: %s is redirected elsewhere (status %d); set"
		    " QTEST_BASE_URL to the address that it leads to", qt->base, rq->path,
		    rsp->status);
		qtest_fail(qt, &e);
	}
	if (rsp->status >= 300) {
		rp.end = QTEST_REFUSED;
		qtest_judge_refusal_why(&rp, rq, rsp);
		buf_cut(&rsp->body, rsp->body.len < NOISE ? rsp->body.len : NOISE);
		qtest_finish(rq, &rp);
		return;
	}
	/* a write may be answered without a word, a question never */
	if ((rsp->body.len > 0 || (!rq->is_write && rsp->status == 200)) &&
	    json_parse_answer(&rp.doc, rp.body, rsp->body.len, NULL, &e) == -1) {
		qtest_judge_odd(rq, rsp, &e);
		return;
	}
	rp.end = QTEST_DONE;
	rp.total = json_int(&rp.doc, "total", -1);
	buf_cut(&rsp->body, rsp->body.len < NOISE ? rsp->body.len : NOISE);
	qtest_finish(rq, &rp);
}

static void
qtest_judge_refused_token(struct qtest_req *rq, const struct http_rsp *rsp)
{
	struct qtest *qt = rq->qt;
	struct err e = { 0 };

	if (qt->conf.token == NULL && !rq->renewed) {
		rq->renewed = 1;
		qt->stale |= rq->gen == qt->gen;
		rq->at_ms = 0;
		qtest_push(qt, rq);
		return;
	}
	if (qt->conf.token != NULL)
		err_set(&e, ZX_AUTH, "%s: the API token was refused (401): check QTEST_API_TOKEN;"
		    " a new one is on the page Download qTest Resources", qt->base);
	else
		err_set(&e, ZX_AUTH, "%s: %s %s: refused (401) with a token just given out:"
		    " check the rights of %.60s", qt->base, rq->method, rq->path,
		    qt->conf.username);
	qtest_fail(qt, &e);
	qtest_finish_bare(rq, QTEST_UNSENT, rsp->status, e.msg);
}

/* x-ratelimit-remaining-*: at 0 the next minute (the server's) is waited for. */
static void
qtest_judge_note_limits(struct qtest *qt, const struct http_rsp *rsp)
{
	int64_t until;

	if (rsp->left_month >= 0)
		qt->left_month = rsp->left_month;
	if (rsp->left_minute < 0)
		return;
	qt->left_minute = rsp->left_minute;
	if (rsp->left_minute > 0 || rsp->date_ms <= 0 || rsp->status == 429)
		return;
	until = time_mono_ms() + 60000 - rsp->date_ms % 60000;
	if (until > qt->patience.gate_ms) {
		qt->patience.gate_ms = until;
		snprintf(qt->patience.gate_why, sizeof(qt->patience.gate_why),
		    "the minute's requests are used up");
	}
}

void
qtest_judge(struct qtest_req *rq, struct http_rsp *rsp)
{
	struct qtest *qt = rq->qt;
	struct err e = { 0 };
	enum retry_verdict say;

	log_debug(qt->base, "%s %s: %d in %lld ms", rq->method, rq->path, rsp->status,
	    (long long)rsp->took_ms);
	qtest_judge_note_limits(qt, rsp);
	say = retry_judge(&qt->patience, qt->base, rq->is_write, rq->attempt, rsp,
	    &rq->at_ms, &e);
	switch (say) {
	case RETRY_ACCEPT:
		qtest_judge_answer(rq, rsp);
		break;
	case RETRY_LATER:
		qtest_push(qt, rq);
		break;
	case RETRY_IN_DOUBT:
		qtest_finish_bare(rq, QTEST_DOUBT, rsp->status, rsp->why[0] ? rsp->why :
		    "no telling whether the server acted");
		break;
	case RETRY_AUTH:
		qtest_judge_refused_token(rq, rsp);
		break;
	case RETRY_STOP:
		err_at(&e, "%s %s", rq->method, rq->path);
		qtest_fail(qt, &e);
		qtest_finish_bare(rq, QTEST_UNSENT, rsp->status, e.msg);
		break;
	}
}
