#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/api/api_write.h"
#include "domain/api/qtest_impl.h"

enum { BODY_MAX = 2048 };	/* bytes of a body that are kept for messages */

/* Slowest download of a file that is not aborted, in bytes per ms. */
enum { DOWNLOAD_BYTES_MS = 64 };

/* Complete a download: where its bytes go, and its time limit, which grows with them. */
static int
qtest_judge_prepare(struct api_request *rq, struct http_req *hr, struct err *e)
{
	const struct qtest_request *t = (const struct qtest_request *)rq;

	(void)e;
	if (t->sink > 0) {
		hr->sink = t->sink;
		hr->accept = "*/*";
		hr->follow = 3;
		hr->total_ms += t->size / DOWNLOAD_BYTES_MS;
	}
	return 0;
}

static const char *
qtest_judge_method(const struct api_request *rq)
{
	return rq->write != NULL ? rq->write->method : "GET";
}

/* Store x-ratelimit-remaining-*; at 0, close the gate until the server's next minute. */
static void
qtest_judge_note_limits(struct api *a, const struct http_rsp *rsp)
{
	int64_t until;

	if (rsp->left_month >= 0)
		a->left_month = rsp->left_month;
	if (rsp->left_minute < 0)
		return;
	a->left_minute = rsp->left_minute;
	if (rsp->left_minute > 0 || rsp->date_ms <= 0 || rsp->status == 429)
		return;
	until = time_mono_ms() + 60000 - rsp->date_ms % 60000;
	if (until > a->retry.gate_ms) {
		a->retry.gate_ms = until;
		snprintf(a->retry.gate_why, sizeof(a->retry.gate_why),
		    "the request limit of this minute is reached");
	}
}

static enum retry_verdict
qtest_judge(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict)
{
	log_debug(rq->api->base, "%s %s: %d in %lld ms", qtest_judge_method(rq), rq->path,
	    rsp->status, (long long)rsp->took_ms);
	qtest_judge_note_limits(rq->api, rsp);
	return verdict;
}

/* A write may be answered without a body, a GET with status 200 may not. */
static int
qtest_judge_is_readable(struct api_request *rq, struct http_rsp *rsp)
{
	struct qtest_request *t = (struct qtest_request *)rq;

	t->parse = (struct err){ 0 };
	return rsp->status >= 300 || t->sink > 0 ||
	    (rsp->body.len == 0 && (rq->write != NULL || rsp->status != 200)) ||
	    json_parse_answer(&t->doc, buf_str(&rsp->body), rsp->body.len, NULL, &t->parse) == 0;
}

static void
qtest_judge_describe(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict,
    struct err *e)
{
	const struct qtest *qt = (const struct qtest *)rq->api;
	const char *method = qtest_judge_method(rq);

	(void)rsp;
	if (verdict == RETRY_STOP)
		err_at(e, "%s %s", method, rq->path);
	else if (qt->username == NULL)
		err_set(e, ZX_AUTH, "%s: qTest rejected the API token (401); check QTEST_API_TOKEN "
		    "(qTest shows the token on its page Download qTest Resources)",
		    qt->api.base);
	else
		err_set(e, ZX_AUTH, "%s: %s %s: qTest rejected a token that it has just issued "
		    "(401); check the rights of %.60s",
		    qt->api.base, method, rq->path, qt->username);
}

static void
qtest_judge_describe_limit(const struct api *a, struct err *e)
{
	err_set(e, ZX_RETRY, "%s: sent %lld request%s, the limit of --max-requests; run the "
	    "same command again to continue", a->base, PLURAL((long long)a->max_requests));
}

/* End the run: a 2xx without JSON is a login page, or a proxy's error page. */
static void
qtest_judge_unreadable(struct qtest_request *t, const struct http_rsp *rsp,
    struct qtest_reply *rp)
{
	struct api_request *rq = &t->rq;
	struct err e = { 0 };

	err_set(&e, ZX_PROTO, "%s: %s %s: status %d but the body is %s instead of JSON (%s); check "
	    "that QTEST_BASE_URL is the address of the qTest site itself", rq->api->base,
	    qtest_judge_method(rq), rq->path, rsp->status,
	    strstr(rsp->type, "html") ? "a web page" : "something else", t->parse.msg);
	api_fail(rq->api, &e);
	rp->end = rq->write != NULL ? QTEST_DOUBT : QTEST_UNSENT;
	snprintf(rp->why, sizeof(rp->why), "%.299s", e.msg);
}

/* Describe a refusal, with the size of a request that is too large, which servers in
   front of qTest do not name. */
static void
qtest_judge_refused(struct api_request *rq, const struct http_rsp *rsp,
    struct qtest_reply *rp)
{
	struct err e = { 0 };
	size_t n;

	if (rsp->status < 400) {
		err_set(&e, ZX_CONFIG, "%s: %s is redirected (status %d); set QTEST_BASE_URL to "
		    "the address of the redirection", rq->api->base, rq->path,
		    rsp->status);
		api_fail(rq->api, &e);
	}
	rp->end = QTEST_REFUSED;
	qtest_why(rp->why, sizeof(rp->why), rsp->status, rsp->type, &rsp->body);
	n = strlen(rp->why);
	if (rsp->status == 413 && rq->write != NULL && rq->write->len > 0)
		snprintf(rp->why + n, sizeof(rp->why) - n, " (the request has %zu bytes)",
		    rq->write->len);
}

static void
qtest_judge_accept(struct qtest_request *t, struct http_rsp *rsp, struct qtest_reply *rp)
{
	if (rsp->status >= 300) {
		qtest_judge_refused(&t->rq, rsp, rp);
	} else if (t->parse.code != 0) {
		qtest_judge_unreadable(t, rsp, rp);
		return;
	} else {
		rp->end = QTEST_DONE;
		rp->doc = t->doc;
		rp->total = json_int(&rp->doc, "total", -1);
		rp->size = rsp->sink_len;
		rp->sha256 = rsp->sink_hash;
	}
	buf_cut(&rsp->body, rsp->body.len < BODY_MAX ? rsp->body.len : BODY_MAX);
	rp->body = buf_str(&rsp->body);
}

static void
qtest_judge_deliver(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict,
    const struct err *e)
{
	struct qtest_request *t = (struct qtest_request *)rq;
	struct qtest_reply rp = { .status = rsp != NULL ? rsp->status : 0, .body = "",
		.total = -1, .sha256 = "" };
	const char *why = e->msg;

	if (verdict == RETRY_ACCEPT) {
		qtest_judge_accept(t, rsp, &rp);
	} else {
		rp.end = verdict == RETRY_IN_DOUBT ? QTEST_DOUBT : QTEST_UNSENT;
		if (verdict == RETRY_IN_DOUBT && rsp != NULL)
			why = rsp->why[0] != '\0' ? rsp->why :
			    "it is not known whether the server carried the request out";
		snprintf(rp.why, sizeof(rp.why), "%.299s", why);
	}
	if (t->done != NULL)
		t->done(t->arg, &rp);
	json_free(&rp.doc);
}

const struct api_ops qtest_ops = {
	.prepare = qtest_judge_prepare,
	.judge = qtest_judge,
	.is_readable = qtest_judge_is_readable,
	.describe = qtest_judge_describe,
	.describe_limit = qtest_judge_describe_limit,
	.deliver = qtest_judge_deliver,
	.sign_in = qtest_login,
	.waits_for_active = 1,
};
