#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/qtest_impl.h"

enum { RATE_SLACK_US = 50000 };

/* The first failure that ends the run is the one that is told. */
void
qtest_fail(struct qtest *qt, const struct err *e)
{
	if (qt->fail.code == 0)
		qt->fail = *e;
}

void
qtest_push(struct qtest *qt, struct qtest_req *rq)
{
	rq->next = NULL;
	*qt->tail = rq;
	qt->tail = &rq->next;
	qt->waiting++;
}

static struct qtest_req *
qtest_queue_pull(struct qtest *qt, struct qtest_req **at)
{
	struct qtest_req *rq = *at;

	*at = rq->next;
	if (qt->tail == &rq->next)
		qt->tail = at;
	qt->waiting--;
	return rq;
}

/* Out of the list of those in flight. */
static void
qtest_request_done(struct qtest_req *rq)
{
	struct qtest_req **at = &rq->qt->flight;

	while (*at != NULL && *at != rq)
		at = &(*at)->next;
	if (*at != NULL)
		*at = rq->next;
	rq->qt->flying--;
}

static void
on_rsp(void *arg, struct http_rsp *rsp)
{
	qtest_request_done(arg);
	qtest_judge(arg, rsp);
}

static void
qtest_req_free(struct qtest_req *rq)
{
	free(rq->path);
	free(rq->url);
	free(rq->body);
	free(rq);
}

void
qtest_finish(struct qtest_req *rq, struct qtest_reply *rp)
{
	if (rq->done != NULL)
		rq->done(rq->arg, rp);
	json_free(&rp->doc);
	qtest_req_free(rq);
}

void
qtest_finish_bare(struct qtest_req *rq, enum qtest_end end, int status, const char *why)
{
	struct qtest_reply rp = { .end = end, .status = status, .body = "", .total = -1 };

	snprintf(rp.why, sizeof(rp.why), "%.299s", why);
	qtest_finish(rq, &rp);
}

/* May one more leave now?  GCRA with a few milliseconds of slack. */
static int
qtest_rate_take(struct qtest *qt, int64_t now_us)
{
	int64_t step;

	if (qt->conf.rate <= 0)
		return 1;
	step = 60000000 / qt->conf.rate;
	if (qt->next_us < now_us)
		qt->next_us = now_us;
	if (qt->next_us - now_us > (step < RATE_SLACK_US ? RATE_SLACK_US : 0))
		return 0;
	qt->next_us += step;
	return 1;
}

/* A write may last as long as its time limit: only while we may write. */
static int
qtest_is_held(const struct qtest *qt, const struct qtest_req *rq, int64_t now)
{
	return rq->is_write && qt->write_by != 0 && now + qt->conf.timeout_ms > qt->write_by;
}

void
qtest_lease(struct qtest *qt, int64_t until_ms)
{
	qt->write_by = until_ms;
}

static int
qtest_request_send(struct qtest *qt, struct qtest_req *rq, struct err *e)
{
	struct http_req hr = {
		.method = rq->method, .url = rq->url, .authorization = qt->auth,
		.type = rq->body != NULL ? "application/json" : NULL,
		.body = rq->body, .len = rq->len, .total_ms = qt->conf.timeout_ms,
	};

	rq->attempt++;
	qt->left++;
	rq->gen = qt->gen;
	rq->next = qt->flight;
	qt->flight = rq;
	qt->flying++;
	if (http_send(qt->http, &hr, on_rsp, rq, e) == 0)
		return 0;
	qtest_request_done(rq);
	qtest_fail(qt, e);
	qtest_finish_bare(rq, QTEST_UNSENT, 0, e->msg);
	return -1;
}

static int
qtest_budget_is_spent(struct qtest *qt, struct err *e)
{
	int64_t n = http_sent(qt->http);

	n = n > qt->left ? n : qt->left;	/* some are still to connect */
	if (qt->conf.max_requests <= 0 || n < qt->conf.max_requests)
		return 0;
	err_set(e, ZX_RETRY, "%s: %lld requests sent, as many as --max-requests allows; run it"
	    " again to go on", qt->base, (long long)qt->conf.max_requests);
	qtest_fail(qt, e);
	return 1;
}

/* Everything that may leave, leaves. */
static void
qtest_send_due(struct qtest *qt)
{
	struct qtest_req **at = &qt->head;
	struct err e = { 0 };
	int64_t now = time_mono_ms();

	if (qt->stale || (qt->renew_ms != 0 && now >= qt->renew_ms)) {
		if (qtest_login(qt, &e) == -1) {
			qtest_fail(qt, &e);
			return;
		}
		now = time_mono_ms();
	}
	while (*at != NULL && qt->fail.code == 0) {
		if ((*at)->at_ms > now || qtest_is_held(qt, *at, now)) {
			at = &(*at)->next;
			continue;
		}
		if (qt->flying >= qt->patience.max_active || retry_wait_ms(&qt->patience) > 0 ||
		    qtest_budget_is_spent(qt, &e) || !qtest_rate_take(qt, now * 1000))
			return;
		if (qtest_request_send(qt, qtest_queue_pull(qt, at), &e) == -1)
			return;
	}
}

/* How long the network may be waited for before something is due here. */
static int64_t
qtest_send_is_due(const struct qtest *qt, int64_t ms)
{
	const struct qtest_req *rq;
	int64_t now = time_mono_ms(), gate = retry_wait_ms(&qt->patience), due;

	if (qt->head == NULL || qt->flying >= qt->patience.max_active)
		return ms;
	for (rq = qt->head; rq != NULL; rq = rq->next) {
		if (qtest_is_held(qt, rq, now))
			continue;
		due = rq->at_ms > now ? rq->at_ms - now : 0;
		due = due < gate ? gate : due;
		if (qt->conf.rate > 0 && due < qt->next_us / 1000 - now)
			due = qt->next_us / 1000 - now;
		ms = due < ms ? due : ms;
	}
	return ms > 0 ? ms : 1;
}

int
qtest_wait(struct qtest *qt, int64_t ms, struct pollfd *pfd, int n, struct err *e)
{
	if (qt->fail.code == 0)
		qtest_send_due(qt);
	while (qt->fail.code != 0 && qt->head != NULL)
		qtest_finish_bare(
		    qtest_queue_pull(qt, &qt->head), QTEST_UNSENT, 0, qt->fail.msg);
	if (qt->fail.code != 0 && qt->flying == 0)
		return qtest_failed(qt, e);
	return http_wait(
	    qt->http, qt->fail.code != 0 ? ms : qtest_send_is_due(qt, ms), pfd, n, e);
}

int
qtest_send(struct qtest *qt, const char *method, const char *path, const char *body,
    size_t len, qtest_done *done, void *arg, struct err *e)
{
	struct qtest_req *rq;

	if (qt->fail.code != 0)
		return qtest_failed(qt, e);
	rq = mem_zalloc(sizeof(*rq));
	rq->qt = qt;
	snprintf(rq->method, sizeof(rq->method), "%s", method);
	rq->is_write = strcmp(method, "GET") != 0;
	rq->path = mem_dup(path);
	if (strncmp(path, "/api/", 5) == 0)
		rq->url = mem_fmt("%s%s", qt->base, path);
	else
		rq->url = mem_fmt("%s/api/v3/projects/%lld%s", qt->base,
		    (long long)qt->conf.project, path);
	if (body != NULL)
		rq->body = mem_dupn(body, len);
	rq->len = len;
	rq->done = done;
	rq->arg = arg;
	qtest_push(qt, rq);
	return 0;
}

int
qtest_flying(const struct qtest *qt)
{
	return qt->waiting + qt->flying;
}

int
qtest_room(const struct qtest *qt)
{
	int room = qt->patience.max_active - qtest_flying(qt);

	return room > 0 && qt->fail.code == 0 ? room : 0;
}

int
qtest_failed(const struct qtest *qt, struct err *e)
{
	if (qt->fail.code == 0)
		return 0;
	if (e != NULL)
		*e = qt->fail;
	return -1;
}

struct http *
qtest_http(struct qtest *qt)
{
	return qt->http;
}

/* The project is there and may be read: asked once, before anything else. */
static int
qtest_probe(struct qtest *qt, struct err *e)
{
	struct json doc = { 0 };
	char *path = mem_fmt("/api/v3/projects/%lld", (long long)qt->conf.project);
	int status, rc;

	rc = qtest_get(qt, path, &doc, &status, e);
	if (rc == 0 && status == 404)
		rc = err_set(e, ZX_CONFIG, "%s: no project %lld; check QTEST_PROJECT_ID"
		    " and QTEST_BASE_URL", qt->base,
		    (long long)qt->conf.project);
	else if (rc == 0 && status == 403)
		rc = err_set(e, ZX_AUTH, "%s: no right to see project %lld", qt->base,
		    (long long)qt->conf.project);
	else if (rc == 0 && (status > 299 || json_type(&doc, "") != JSON_OBJ))
		rc = err_set(e, ZX_PROTO, "%s: project %lld: unexpected answer (status %d)",
		    qt->base, (long long)qt->conf.project, status);
	json_free(&doc);
	free(path);
	return rc;
}

int
qtest_open(struct qtest **out, const struct qtest_conf *conf, struct err *e)
{
	struct qtest *qt = mem_zalloc(sizeof(*qt));
	struct http_conf hc = { .agent = "ztoq/" ZTOQ_VERSION, .ca_file = conf->ca_file };

	qt->conf = *conf;
	qt->conf.token = qt->token = mem_dup(conf->token);
	qt->conf.username = qt->username = mem_dup(conf->username);
	qt->conf.password = qt->password = mem_dup(conf->password);
	qt->base = mem_dup(conf->base_url);
	if (qt->conf.in_flight <= 0)
		qt->conf.in_flight = 8;
	hc.in_flight = (int)qt->conf.in_flight;
	hc.total_ms = conf->timeout_ms > 0 ? conf->timeout_ms : 120000;
	qt->tail = &qt->head;
	qt->left_minute = qt->left_month = -1;
	retry_open(&qt->patience, (int)qt->conf.in_flight);
	if (http_open(&qt->http, &hc, e) == -1 || qtest_login(qt, e) == -1 ||
	    qtest_probe(qt, e) == -1) {
		qtest_close(qt);
		return -1;
	}
	*out = qt;
	return 0;
}

void
qtest_drop(struct qtest *qt)
{
	struct qtest_req *rq;
	struct err e = { 0 };

	err_set(&e, ZX_RETRY, "stopped");
	qtest_fail(qt, &e);
	http_close(qt->http);
	qt->http = NULL;
	while (qt->head != NULL)
		qtest_finish_bare(
		    qtest_queue_pull(qt, &qt->head), QTEST_UNSENT, 0, qt->fail.msg);
	while ((rq = qt->flight) != NULL) {
		qtest_request_done(rq);
		qtest_finish_bare(rq, rq->is_write ? QTEST_DOUBT : QTEST_UNSENT, 0, qt->fail.msg);
	}
}

void
qtest_close(struct qtest *qt)
{
	struct qtest_req *rq;

	if (qt == NULL)
		return;
	http_close(qt->http);
	while (qt->head != NULL)
		qtest_req_free(qtest_queue_pull(qt, &qt->head));
	while ((rq = qt->flight) != NULL) {
		qt->flight = rq->next;
		qtest_req_free(rq);
	}
	free(qt->auth);
	free(qt->base);
	free(qt->token);
	free(qt->username);
	free(qt->password);
	free(qt);
}
