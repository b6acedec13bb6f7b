#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/hash.h"

#include "domain/api/zephyr_impl.h"

int
zephyr_open(struct zephyr **out, const struct zephyr_conf *conf,
    struct err *e)
{
	struct http_conf hc = { .agent = "ztoq/" ZTOQ_VERSION, .ca_file = conf->ca_file };
	struct zephyr *z;

	*out = NULL;
	if (conf->token == NULL || *conf->token == '\0')
		return err_set(e, ZX_CONFIG, "no Zephyr token: make one in Jira"
		    " (profile menu, Zephyr API keys) and set ZEPHYR_API_TOKEN"
		    " or ZEPHYR_API_TOKEN_FILE");
	z = mem_zalloc(sizeof(*z));
	z->conf = *conf;
	z->tail = &z->head;
	z->use.rate = conf->rate;
	if (http_base(conf->base_url ? conf->base_url : zephyr_us, &z->base,
	    e) == -1 || zephyr_region(&z->base, e) == -1)
		goto fail;
	z->auth = mem_fmt("Bearer %s", conf->token);
	z->as.refused = zephyr_refused;
	z->as.unread = zephyr_unread;
	hc.in_flight = (int)conf->in_flight;
	retry_open(&z->patience, hc.in_flight);
	if (http_open(&z->http, &hc, e) == -1)
		goto fail;
	*out = z;
	return 0;
fail:
	zephyr_close(z);
	return -1;
}

struct zephyr *
zephyr_open_shared(struct zephyr *first, const struct zephyr_as *as)
{
	struct zephyr *z = mem_zalloc(sizeof(*z));

	z->tail = &z->head;
	z->http = first->http;
	z->first = first;
	z->as = *as;
	z->base = mem_dup(as->base);
	z->auth = mem_dup(as->authorization);
	retry_open(&z->patience, as->in_flight);
	http_set_max_active(z->http, (int)first->conf.in_flight + as->in_flight);
	first->beside = z;
	return z;
}

static void
zephyr_request_free(struct trip *t)
{
	free(t->path);
	free(t);
}

static void
zephyr_requests_free(struct trip *t)
{
	struct trip *next;

	for (; t != NULL; t = next) {
		next = t->next;
		zephyr_request_free(t);
	}
}

void
zephyr_close(struct zephyr *z)
{
	if (z == NULL)
		return;
	if (z->http != NULL)
		http_close(z->http);
	if (z->beside != NULL)
		z->beside->http = NULL;		/* it was the same */
	zephyr_close(z->beside);
	zephyr_requests_free(z->head);
	zephyr_requests_free(z->flight);
	free(z->base);
	free(z->auth);
	free(z);
}

const char *
zephyr_base(const struct zephyr *z)
{
	return z->base;
}

int
zephyr_busy(const struct zephyr *z)
{
	return z->waiting + z->flying;
}

int
zephyr_in_flight(const struct zephyr *z)
{
	return z->flying + (z->beside != NULL ? z->beside->flying : 0);
}

int
zephyr_max_active(const struct zephyr *z)
{
	return z->patience.max_active > 0 ? z->patience.max_active : 1;
}

void
zephyr_stop_sending(struct zephyr *z)
{
	z->hushed = 1;
	if (z->beside != NULL)
		z->beside->hushed = 1;
}

static void
zephyr_queue_push(struct zephyr *z, struct trip *t)
{
	t->next = NULL;
	*z->tail = t;
	z->tail = &t->next;
	z->waiting++;
}

static struct trip *
zephyr_request_new(struct zephyr *z, const char *path, zephyr_done *done, void *arg)
{
	struct trip *t = mem_zalloc(sizeof(*t));

	t->z = z;
	t->path = mem_dup(path);
	t->done = done;
	t->arg = arg;
	zephyr_queue_push(z, t);
	return t;
}

void
zephyr_get(struct zephyr *z, const char *path, int what,
    zephyr_done *done, void *arg)
{
	zephyr_request_new(z, path, done, arg)->give = what;
}

void
zephyr_file(struct zephyr *z, const char *where, enum zephyr_how how, int fd,
    zephyr_done *done, void *arg)
{
	struct trip *t = zephyr_request_new(z, where, done, arg);

	t->fd = fd;
	t->how = how;
	t->give = ZEPHYR_TWICE;
}

int
zephyr_is_here(const struct zephyr *z, const char *url)
{
	return http_same_host(z->base, url);
}

static void
zephyr_request_done(struct trip *t)
{
	struct trip **p = &t->z->flight;

	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	t->z->flying--;
}

static void
zephyr_deliver(struct trip *t, struct http_rsp *rsp)
{
	struct zephyr_answer a = { .status = rsp->status, .body = rsp->body,
	    .date_ms = rsp->date_ms, .size = rsp->sink_len };

	if (rsp->end != HTTP_ANSWERED)
		a.status = 0;
	memcpy(a.sha256, rsp->sink_hash, sizeof(a.sha256));
	if (*a.sha256 == '\0')
		hash_text("", 0, a.sha256);
	memcpy(a.type, rsp->type, sizeof(a.type));
	memcpy(a.why, rsp->why, sizeof(a.why));
	rsp->body = (struct buf){ 0 };
	t->done(t->arg, &a);
	buf_free(&a.body);
	zephyr_request_free(t);
}

static void
zephyr_fail(struct zephyr *z, const struct err *e)
{
	if (z->fail.code == 0)
		z->fail = *e;
}

static int
zephyr_is_fault(struct trip *t, const struct http_rsp *rsp)
{
	if (rsp->end != HTTP_ANSWERED || rsp->status < 500 || ++t->faults < 2)
		return 0;
	return (t->give & ZEPHYR_TWICE) != 0;
}

/* It is this thing, not the way to it: the server was reached, and it is no
   limit; or a file's body that began and never ended. */
static int
zephyr_is_broken(const struct trip *t, const struct http_rsp *rsp)
{
	if (rsp->end == HTTP_UNSENT || rsp->sink_errno != 0)
		return 0;
	if (t->fd > 0)
		return rsp->end == HTTP_DOUBT && rsp->status / 100 == 2;
	return (t->give & ZEPHYR_AT_LAST) && rsp->status != 429;
}

/* A web page, half of an answer or nothing, where there is to be JSON. */
static int
zephyr_is_odd(const struct trip *t, const struct http_rsp *rsp)
{
	return t->fd <= 0 && rsp->status == 200 &&
	    !json_whole(rsp->body.s, rsp->body.len);
}

/* Who it leads to gets no token: that one's 401 says nothing about ours. */
static void
zephyr_auth(const struct trip *t, struct http_rsp *rsp, struct err *e)
{
	if (rsp->strayed)
		err_set(e, ZX_AUTH, "%s leads to another host, which gets no "
		    "token and answers 401; is the address of the API right?",
		    t->path);
	else
		t->z->as.refused(t->path, 401, &rsp->body, e);
}

static void
on_done(void *arg, struct http_rsp *rsp)
{
	struct trip *t = arg;
	struct zephyr *z = t->z;
	struct err e = { 0 }, why;
	enum retry_verdict say;

	zephyr_request_done(t);
	if (t->how != ZEPHYR_PATH && rsp->sink_errno == 0) {
		zephyr_deliver(t, rsp);
		return;
	}
	say = retry_judge(&z->patience, t->path, 0, t->attempt, rsp,
	    &t->at_ms, &e);
	if (zephyr_is_fault(t, rsp) || (say == RETRY_STOP && zephyr_is_broken(t, rsp)) ||
	    (say == RETRY_AUTH && t->fd > 0 && rsp->strayed))
		say = RETRY_ACCEPT;
	switch (say) {
	case RETRY_ACCEPT:
		if (zephyr_is_odd(t, rsp) && retry_odd_body(&z->patience, t->path,
		    t->attempt, &t->at_ms))
			zephyr_queue_push(z, t);
		else
			zephyr_deliver(t, rsp);
		return;
	case RETRY_LATER:
		zephyr_queue_push(z, t);
		return;
	case RETRY_AUTH:
		zephyr_auth(t, rsp, &e);
		break;
	default:
		if (rsp->end == HTTP_ANSWERED || z->as.unread != zephyr_unread) {
			why = e;
			z->as.unread(t->path, e.code, why.msg, &e);
		}
		break;
	}
	zephyr_fail(z, &e);
	zephyr_request_free(t);
}

/* Whatever an earlier attempt left in the file is gone. */
static int
zephyr_file_set(const struct trip *t, struct http_req *rq, struct err *e)
{
	if (ftruncate(t->fd, 0) == -1 || lseek(t->fd, 0, SEEK_SET) == -1)
		return err_sys(e, ZX_IO, "a file to receive into");
	rq->sink = t->fd;
	rq->sink_max = ZEPHYR_FILE_MAX;
	rq->total_ms = ZEPHYR_FILE_MS;
	rq->accept = "*/*";
	if (t->how == ZEPHYR_ELSEWHERE || (t->how == ZEPHYR_HERE &&
	    !zephyr_is_here(t->z, t->path)))
		rq->authorization = NULL;
	return 0;
}

static int
zephyr_request_send(struct zephyr *z, struct trip *t, struct err *e)
{
	struct buf url = { 0 };
	struct http_req rq = { .authorization = z->auth, .follow = 3 };
	int rc;

	if (t->fd > 0 && zephyr_file_set(t, &rq, e) == -1) {
		zephyr_request_free(t);
		return -1;
	}
	if (t->how == ZEPHYR_PATH)
		buf_puts(&url, z->base);
	buf_puts(&url, t->path);
	rq.url = buf_str(&url);
	t->attempt++;
	t->next = z->flight;
	z->flight = t;
	z->flying++;
	z->sent++;
	z->foreign += t->how == ZEPHYR_ELSEWHERE;
	rc = http_send(z->http, &rq, on_done, t, e);
	if (rc == -1) {
		zephyr_request_done(t);
		zephyr_request_free(t);
	}
	buf_free(&url);
	return rc;
}

/* Send what may leave; ms until the next of the rest may, at most ms. */
static int
zephyr_send_one(struct zephyr *z, int64_t *ms, struct err *e)
{
	struct trip **p = &z->head, *t;
	int64_t now = time_mono_ms(), wait = retry_wait_ms(&z->patience);

	while ((t = *p) != NULL && z->flying < zephyr_max_active(z)) {
		if (z->hushed || zephyr_spent(z))
			break;
		if (wait > 0 || t->at_ms > now ||
		    (wait = zephyr_rate(z)) > 0) {
			if (wait == 0)
				wait = t->at_ms - now;
			*ms = wait < *ms ? wait : *ms;
			wait = retry_wait_ms(&z->patience);
			p = &t->next;
			continue;
		}
		*p = t->next;
		if (*p == NULL)
			z->tail = p;
		z->waiting--;
		if (zephyr_request_send(z, t, e) == -1)
			return -1;
	}
	return 0;
}

static int
zephyr_send_due(struct zephyr *z, int64_t *ms, struct err *e)
{
	if (z->beside != NULL && zephyr_send_one(z->beside, ms, e) == -1)
		return -1;
	return zephyr_send_one(z, ms, e);
}

static int
zephyr_failed(const struct zephyr *z, struct err *e)
{
	for (; z != NULL; z = z->beside)
		if (z->fail.code != 0) {
			*e = z->fail;
			return 1;
		}
	return 0;
}

int
zephyr_wait(struct zephyr *z, int64_t ms, struct pollfd *fds, int n,
    struct err *e)
{
	if (zephyr_send_due(z, &ms, e) == -1 ||
	    http_wait(z->http, ms, fds, n, e) == -1 || zephyr_failed(z, e))
		return -1;
	return zephyr_send_due(z, &ms, e);
}
