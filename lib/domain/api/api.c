#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"

#include "domain/api/api_write.h"

static void
api_init(struct api *a, const struct api_conf *c)
{
	a->ops = c->ops;
	a->base = c->base;
	a->authorization = c->authorization;
	a->renewable = a->token_stale = c->authorization == NULL;
	a->timeout_ms = c->timeout_ms;
	a->max_requests = c->max_requests;
	a->use.rate = c->rate;
	a->queue_end = &a->queue;
	a->left_minute = a->left_month = -1;
	retry_open(&a->retry, c->in_flight);
}

int
api_open(struct api *a, const struct api_conf *c, struct err *e)
{
	struct http_conf hc = { .ca_file = c->ca_file, .in_flight = c->in_flight,
		.total_ms = c->timeout_ms };

	api_init(a, c);
	return http_open(&a->http, &hc, e);
}

void
api_open_shared(struct api *a, const struct api_conf *c, struct api *first)
{
	api_init(a, c);
	a->http = first->http;
	a->first = first;
	first->shared = a;
	http_set_max_active(a->http, first->retry.max_active_limit + c->in_flight);
}

static void
api_request_free(struct api_request *rq)
{
	api_write_free(rq->write);
	free(rq->path);
	free(rq->url);
	free(rq);
}

static void
api_requests_free(struct api_request *rq)
{
	struct api_request *next;

	for (; rq != NULL; rq = next) {
		next = rq->next;
		api_request_free(rq);
	}
}

void
api_close(struct api *a)
{
	if (a->first == NULL)
		http_close(a->http);
	api_requests_free(a->queue);
	api_requests_free(a->active);
	free(a->base);
	free(a->authorization);
}

static void
api_queue_push(struct api *a, struct api_request *rq)
{
	rq->next = NULL;
	*a->queue_end = rq;
	a->queue_end = &rq->next;
	a->nqueue++;
}

static struct api_request *
api_queue_pull(struct api *a, struct api_request **at)
{
	struct api_request *rq = *at;

	*at = rq->next;
	if (*at == NULL)
		a->queue_end = at;
	a->nqueue--;
	return rq;
}

void
api_send(struct api *a, struct api_request *rq, const char *path, char *url)
{
	rq->api = a;
	rq->path = mem_dup(path);
	rq->url = url;
	api_queue_push(a, rq);
}

void
api_send_write(struct api *a, struct api_request *rq, const char *path, char *url,
    const char *method, const char *body, size_t len)
{
	rq->write = mem_zalloc(sizeof(*rq->write));
	snprintf(rq->write->method, sizeof(rq->write->method), "%s", method);
	if (body != NULL)
		rq->write->body = mem_dupn(body, len);
	rq->write->len = len;
	api_send(a, rq, path, url);
}

void
api_send_file(struct api *a, struct api_request *rq, const char *path, char *url,
    const struct api_write *file)
{
	rq->write = mem_zalloc(sizeof(*rq->write));
	*rq->write = (struct api_write){ .method = "POST", .len = file->len,
	    .type = mem_dup(file->type), .header = mem_dup(file->header),
	    .source = file->source, .source_arg = file->source_arg };
	api_send(a, rq, path, url);
}

int
api_busy(const struct api *a)
{
	return a->nqueue + a->nactive;
}

int
api_max_active(const struct api *a)
{
	return a->retry.max_active;
}

int
api_in_flight(const struct api *a)
{
	return a->nactive + (a->shared != NULL ? a->shared->nactive : 0);
}

void
api_stop_sending(struct api *a)
{
	for (; a != NULL; a = a->shared)
		a->stopped = 1;
}

void
api_set_token(struct api *a, char *authorization, int64_t life_ms)
{
	free(a->authorization);
	a->authorization = authorization;
	a->token++;
	a->token_stale = 0;
	a->renew_ms = 0;
	if (life_ms > 0)
		a->renew_ms = time_mono_ms() + life_ms -
		    (life_ms < 120000 ? life_ms / 4 : 30000);
}

void
api_fail(struct api *a, const struct err *e)
{
	if (a->fail.code == 0)
		a->fail = *e;
}

int
api_failed(const struct api *a, struct err *e)
{
	for (; a != NULL; a = a->shared)
		if (a->fail.code != 0) {
			if (e != NULL)
				*e = a->fail;
			return -1;
		}
	return 0;
}

static void
api_request_end(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict,
    const struct err *e)
{
	rq->api->ops->deliver(rq, rsp, verdict, e);
	api_request_free(rq);
}

/* End the run because rq cannot be sent. */
static void
api_request_fail(struct api_request *rq, const struct err *e)
{
	api_fail(rq->api, e);
	api_request_end(rq, NULL, RETRY_STOP, e);
}

static void
api_request_done(struct api_request *rq)
{
	struct api_request **at = &rq->api->active;

	while (*at != rq)
		at = &(*at)->next;
	*at = rq->next;
	rq->api->nactive--;
}

/* Return the verdict on rsp; RETRY_AUTH only if a new token does not help. */
static enum retry_verdict
api_request_judge(struct api_request *rq, struct http_rsp *rsp, struct err *e)
{
	struct api *a = rq->api;
	const char *where = rq->where != NULL ? rq->where : rq->path;
	enum retry_verdict verdict;

	if (rq->once && rsp->sink_errno == 0)
		return RETRY_ACCEPT;
	verdict = retry_judge(&a->retry, where, rq->write != NULL ? RETRY_WRITE :
	    RETRY_READ, rq->attempt, rsp,
	    &rq->at_ms, e);
	verdict = a->ops->judge(rq, rsp, verdict);
	if (verdict == RETRY_ACCEPT && !a->ops->is_readable(rq, rsp) && rq->write == NULL &&
	    retry_odd_body(&a->retry, where, rq->attempt, &rq->at_ms))
		return RETRY_LATER;
	if (verdict == RETRY_AUTH && a->renewable && !rq->token_renewed) {
		rq->token_renewed = 1;
		a->token_stale |= rq->token == a->token;
		rq->at_ms = 0;
		return RETRY_LATER;
	}
	return verdict;
}

static void
on_answer(void *arg, struct http_rsp *rsp)
{
	struct api_request *rq = arg;
	struct err e = { 0 };
	enum retry_verdict verdict;

	api_request_done(rq);
	verdict = api_request_judge(rq, rsp, &e);
	if (verdict == RETRY_LATER) {
		api_queue_push(rq->api, rq);
		return;
	}
	if (verdict == RETRY_AUTH || verdict == RETRY_STOP) {
		rq->api->ops->describe(rq, rsp, verdict, &e);
		api_fail(rq->api, &e);
	}
	api_request_end(rq, rsp, verdict, &e);
}

static void
api_request_send(struct api *a, struct api_request *rq)
{
	struct http_req hr = { .authorization = a->authorization,
		.total_ms = a->timeout_ms, .url = rq->url };
	struct err e = { 0 };

	if (a->ops->prepare != NULL && a->ops->prepare(rq, &hr, &e) == -1) {
		api_request_fail(rq, &e);
		return;
	}
	if (rq->write != NULL)
		api_write_fill(rq, &hr);
	rq->attempt++;
	rq->token = a->token;
	rq->next = a->active;
	a->active = rq;
	a->nactive++;
	a->sent++;
	a->sent_elsewhere += rq->elsewhere;
	if (http_send(a->http, &hr, on_answer, rq, &e) == 0)
		return;
	api_request_done(rq);
	api_request_fail(rq, &e);
}

static void
api_token_renew(struct api *a)
{
	struct err e = { 0 };

	if ((a->token_stale || (a->renew_ms != 0 && time_mono_ms() >= a->renew_ms)) &&
	    a->ops->sign_in(a, &e) == -1)
		api_fail(a, &e);
}

/* Return 1 if a request must not be sent yet, and reduce *ms to the time until then. */
static int
api_request_must_wait(const struct api *a, const struct api_request *rq, int64_t now,
    int64_t *ms)
{
	if (rq->write != NULL && a->write_until_ms != 0 &&
	    now + a->timeout_ms > a->write_until_ms)
		return 1;
	if (rq->at_ms <= now)
		return 0;
	if (rq->at_ms - now < *ms)
		*ms = rq->at_ms - now;
	return 1;
}

/* Send the requests that may be sent, and reduce *ms to the time until the next may. */
static void
api_send_due(struct api *a, int64_t *ms)
{
	struct api_request **at = &a->queue;
	struct err e = { 0 };
	int64_t now, wait;

	if (a->fail.code == 0)
		api_token_renew(a);
	now = time_mono_ms();
	while (*at != NULL && a->nactive < a->retry.max_active && a->fail.code == 0 &&
	    !a->stopped) {
		if (api_request_must_wait(a, *at, now, ms)) {
			at = &(*at)->next;
			continue;
		}
		if ((wait = retry_wait_ms(&a->retry)) == 0 && api_budget_is_spent(a, &e)) {
			api_fail(a, &e);
			return;
		}
		if (wait > 0 || (wait = api_rate_take(a)) > 0) {
			*ms = wait < *ms ? wait : *ms;
			return;
		}
		api_request_send(a, api_queue_pull(a, at));
	}
}

static void
api_send_all_due(struct api *a, int64_t *ms)
{
	if (a->shared != NULL)
		api_send_due(a->shared, ms);
	api_send_due(a, ms);
}

static void
api_queue_end(struct api *a)
{
	while (a->queue != NULL)
		api_request_end(api_queue_pull(a, &a->queue), NULL, RETRY_STOP, &a->fail);
}

int
api_wait(struct api *a, int64_t ms, struct pollfd *fds, int n, struct err *e)
{
	int waits = a->ops->waits_for_active;

	api_send_all_due(a, &ms);
	if (waits && a->fail.code != 0)
		api_queue_end(a);
	if (api_failed(a, e) == -1 && (!waits || a->nactive == 0))
		return -1;
	if (http_wait(a->http, ms, fds, n, e) == -1)
		return -1;
	if (!waits && api_failed(a, e) == -1)
		return -1;
	api_send_all_due(a, &ms);
	return !waits ? api_failed(a, e) : 0;
}

void
api_drop(struct api *a)
{
	struct api_request *rq;
	struct err e = { 0 };

	err_set(&e, ZX_RETRY, "stopped");
	api_fail(a, &e);
	http_close(a->http);
	a->http = NULL;
	api_queue_end(a);
	while ((rq = a->active) != NULL) {
		api_request_done(rq);
		api_request_end(rq, NULL, rq->write != NULL ? RETRY_IN_DOUBT : RETRY_STOP,
		    &a->fail);
	}
}
