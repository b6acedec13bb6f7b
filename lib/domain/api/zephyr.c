#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "domain/api/zephyr_page.h"
#include "io/json/json.h"

#include "domain/api/zephyr_impl.h"

void
zephyr_close(struct zephyr *z)
{
	struct api *shared;

	if (z == NULL)
		return;
	shared = z->api.shared;
	api_close(&z->api);
	if (shared != NULL)
		api_close(shared);
	free(shared);
	free(z);
}

const char *
zephyr_base(const struct zephyr *z)
{
	return z->api.base;
}

struct api *
zephyr_api(struct zephyr *z)
{
	return &z->api;
}

static struct zephyr_request *
zephyr_request_new(zephyr_done *done, void *arg)
{
	struct zephyr_request *t = mem_zalloc(sizeof(*t));

	t->done = done;
	t->arg = arg;
	return t;
}

void
zephyr_get(struct zephyr *z, const char *path, int accept,
    zephyr_done *done, void *arg)
{
	struct zephyr_request *t = zephyr_request_new(done, arg);

	t->accept = accept;
	api_send(&z->api, &t->rq, path, mem_fmt("%s%s", z->api.base, path));
}

void
zephyr_file(struct zephyr *z, const char *where, enum zephyr_how how, int fd,
    zephyr_done *done, void *arg)
{
	struct zephyr_request *t = zephyr_request_new(done, arg);

	t->fd = fd;
	t->how = how;
	t->accept = ZEPHYR_ACCEPT_REPEATED;
	t->rq.once = how != ZEPHYR_PATH;
	t->rq.elsewhere = how == ZEPHYR_ELSEWHERE;
	api_send(&z->api, &t->rq, where, how == ZEPHYR_PATH ?
	    mem_fmt("%s%s", z->api.base, where) : mem_dup(where));
}

/* Empty the file, in which an earlier attempt may have left bytes. */
static int
zephyr_file_prepare(const struct zephyr_request *t, struct http_req *hr, struct err *e)
{
	if (ftruncate(t->fd, 0) == -1 || lseek(t->fd, 0, SEEK_SET) == -1)
		return err_sys(e, ZX_IO, "a file to receive into");
	hr->sink = t->fd;
	hr->sink_max = ZEPHYR_FILE_MAX;
	hr->total_ms = ZEPHYR_FILE_MS;
	hr->accept = "*/*";
	if (t->how == ZEPHYR_ELSEWHERE || (t->how == ZEPHYR_HERE &&
	    !http_same_host(t->rq.api->base, t->rq.url)))
		hr->authorization = NULL;
	return 0;
}

int
zephyr_request_prepare(struct api_request *rq, struct http_req *hr, struct err *e)
{
	struct zephyr_request *t = (struct zephyr_request *)rq;

	hr->follow = 3;
	return t->fd > 0 ? zephyr_file_prepare(t, hr, e) : 0;
}

/* Return 1 for the second server error of a request that accepts it. */
static int
zephyr_is_fault(struct zephyr_request *t, const struct http_rsp *rsp)
{
	if (rsp->end != HTTP_ANSWERED || rsp->status < 500 || ++t->faults < 2)
		return 0;
	return (t->accept & ZEPHYR_ACCEPT_REPEATED) != 0;
}

/* Return 1 if the resource is at fault, not the connection: the server answered, and not
   with 429, or the body of a file breaks off. */
static int
zephyr_is_broken(const struct zephyr_request *t, const struct http_rsp *rsp)
{
	if (rsp->end == HTTP_UNSENT || rsp->sink_errno != 0)
		return 0;
	if (t->fd > 0)
		return rsp->end == HTTP_DOUBT && rsp->status / 100 == 2;
	return (t->accept & ZEPHYR_ACCEPT_LAST) && rsp->status != 429;
}

enum retry_verdict
zephyr_request_judge(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict)
{
	struct zephyr_request *t = (struct zephyr_request *)rq;

	if (zephyr_is_fault(t, rsp) ||
	    (verdict == RETRY_STOP && zephyr_is_broken(t, rsp)) ||
	    (verdict == RETRY_AUTH && t->fd > 0 && rsp->left_host))
		return RETRY_ACCEPT;
	return verdict;
}

int
zephyr_request_is_readable(struct api_request *rq, struct http_rsp *rsp)
{
	struct zephyr_request *t = (struct zephyr_request *)rq;

	return t->fd > 0 || rsp->status != 200 || json_is_complete(rsp->body.s, rsp->body.len);
}

int
zephyr_strayed(const struct api_request *rq, const struct http_rsp *rsp, struct err *e)
{
	if (rsp->left_host)
		err_set(e, ZX_AUTH, "%s redirects to another host, which is not given the token "
		    "and answers 401; check the address of the API (ZEPHYR_BASE_URL)",
		    rq->path);
	return rsp->left_host;
}

static void
zephyr_describe(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict,
    struct err *e)
{
	struct err why = *e;

	if (verdict == RETRY_STOP && rsp->end == HTTP_ANSWERED)
		zephyr_unread(rq->path, why.code, why.msg, e);
	else if (verdict == RETRY_AUTH && !zephyr_strayed(rq, rsp, e))
		zephyr_refused(rq->path, 401, &rsp->body, e);
}

/* Call done for an accepted answer; a failure that ends the run is reported by
   api_wait. */
void
zephyr_request_deliver(struct api_request *rq, struct http_rsp *rsp,
    enum retry_verdict verdict, const struct err *e)
{
	struct zephyr_request *t = (struct zephyr_request *)rq;
	struct zephyr_answer a = { 0 };

	(void)e;
	if (verdict != RETRY_ACCEPT)
		return;
	a.status = rsp->end == HTTP_ANSWERED ? rsp->status : 0;
	a.body = rsp->body;
	a.date_ms = rsp->date_ms;
	a.size = rsp->sink_len;
	memcpy(a.sha256, rsp->sink_hash, sizeof(a.sha256));
	memcpy(a.type, rsp->type, sizeof(a.type));
	memcpy(a.why, rsp->why, sizeof(a.why));
	rsp->body = (struct buf){ 0 };
	t->done(t->arg, &a);
	buf_free(&a.body);
}

static const struct api_ops zephyr_ops = {
	.prepare = zephyr_request_prepare,
	.judge = zephyr_request_judge,
	.is_readable = zephyr_request_is_readable,
	.describe = zephyr_describe,
	.deliver = zephyr_request_deliver,
};

int
zephyr_open(struct zephyr **out, const struct zephyr_conf *conf,
    struct err *e)
{
	struct api_conf ac = { .ops = &zephyr_ops, .ca_file = conf->ca_file,
		.in_flight = (int)conf->in_flight, .rate = conf->rate,
		.max_requests = conf->max_requests };

	*out = NULL;
	if (conf->token == NULL || *conf->token == '\0')
		return err_set(e, ZX_CONFIG, "the Zephyr token is missing; create one in Jira "
		    "(profile menu, Zephyr API keys) and set ZEPHYR_API_TOKEN or "
		    "ZEPHYR_API_TOKEN_FILE");
	if (http_base(conf->base_url ? conf->base_url : zephyr_us, &ac.base, e) == -1)
		return err_at(e, "ZEPHYR_BASE_URL");
	if (zephyr_region(&ac.base, e) == -1) {
		free(ac.base);
		return -1;
	}
	ac.authorization = mem_fmt("Bearer %s", conf->token);
	*out = mem_zalloc(sizeof(**out));
	if (api_open(&(*out)->api, &ac, e) == 0)
		return 0;
	zephyr_close(*out);
	*out = NULL;
	return -1;
}
