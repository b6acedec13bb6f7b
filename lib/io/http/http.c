#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sig.h"
#include "io/http/http_back.h"

/* The loop: requests wait in a queue until fewer than max_active are in flight. */

int
http_open(struct http **out, const struct http_conf *c, struct err *e)
{
	static int once;
	struct http *h;

	*out = NULL;
	if (http_ca(c->ca_file, e) == -1)
		return -1;
	if (!once++ && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ZX_BUG, "libcurl cannot be initialised");
	h = mem_zalloc(sizeof(*h));
	h->ca_file = mem_dup(c->ca_file);
	h->idle_ms = c->idle_ms ? c->idle_ms : 60000;
	h->total_ms = c->total_ms ? c->total_ms : 300000;
	h->max_body = c->max_body ? c->max_body : 64 * 1024 * 1024;
	TAILQ_INIT(&h->active);
	TAILQ_INIT(&h->queued);
	if ((h->multi = curl_multi_init()) == NULL)
		die(ZX_BUG, "out of memory");
	http_set_max_active(h, c->in_flight > 0 ? c->in_flight : 1);
	*out = h;
	return 0;
}

void
http_set_max_active(struct http *h, int in_flight)
{
	h->max_active = in_flight > 0 ? in_flight : 1;
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->max_active + 2);
}

/* End all transfers of list without calling their owners. */
static void
http_drop(struct http *h, struct transfers *list)
{
	struct transfer *f;

	while ((f = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, f, link);
		if (f->easy != NULL) {
			curl_multi_remove_handle(h->multi, f->easy);
			curl_easy_cleanup(f->easy);
		}
		http_transfer_free(f);
	}
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	http_drop(h, &h->active);
	http_drop(h, &h->queued);
	while (h->nidle > 0)
		curl_easy_cleanup(h->idle_handles[--h->nidle]);
	curl_multi_cleanup(h->multi);
	free(h->ca_file);
	free(h);
}

int64_t
http_sent(const struct http *h)
{
	return h->sent;
}

/* Return a handle of libcurl; used ones are preferred, for they keep their buffers. */
static CURL *
http_handle(struct http *h)
{
	CURL *easy;

	if (h->nidle > 0) {
		easy = h->idle_handles[--h->nidle];
		curl_easy_reset(easy);
	} else if ((easy = curl_easy_init()) == NULL) {
		die(ZX_BUG, "out of memory");
	}
	return easy;
}

/* Start queued transfers while fewer than max_active are in flight. */
static void
http_launch(struct http *h)
{
	struct transfer *f;

	while (h->n_active < h->max_active && (f = TAILQ_FIRST(&h->queued)) != NULL) {
		TAILQ_REMOVE(&h->queued, f, link);
		h->n_queued--;
		f->easy = http_handle(h);
		http_transfer_setup(f);
		TAILQ_INSERT_HEAD(&h->active, f, link);
		h->n_active++;
		if (curl_multi_add_handle(h->multi, f->easy) != CURLM_OK)
			die(ZX_BUG, "libcurl rejects a request");
	}
}

static void
http_queue(struct http *h, struct transfer *f)
{
	TAILQ_INSERT_TAIL(&h->queued, f, link);
	h->n_queued++;
}

int
http_send(struct http *h, const struct http_req *rq, http_done *done,
    void *arg, struct err *e)
{
	struct transfer *f = http_transfer_new(h, rq, e);

	if (f == NULL)
		return -1;
	f->done = done;
	f->arg = arg;
	http_queue(h, f);
	http_launch(h);
	return 0;
}

/* End a transfer: queue it again after a redirect, or call its owner. */
static void
http_transfer_done(struct http *h, CURL *easy, CURLcode rc)
{
	struct transfer *f;
	int more;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&f);
	curl_multi_remove_handle(h->multi, easy);
	TAILQ_REMOVE(&h->active, f, link);
	h->n_active--;
	more = http_transfer_finish(f, rc);
	f->easy = NULL;
	if (h->nidle < HTTP_IDLE)
		h->idle_handles[h->nidle++] = easy;
	else
		curl_easy_cleanup(easy);
	if (more) {
		http_queue(h, f);
		return;
	}
	h->n_done++;
	f->done(f->arg, &f->rsp);
	http_transfer_free(f);
}

/* End all transfers that libcurl has finished. */
static void
http_deliver(struct http *h)
{
	CURLMsg *m;
	CURL *easy;
	CURLcode rc;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		easy = m->easy_handle;
		rc = m->data.result;	/* removing the handle frees m */
		http_transfer_done(h, easy, rc);
	}
}

static int
http_perform(struct http *h, struct err *e)
{
	int running;
	CURLMcode rc;

	http_launch(h);
	rc = curl_multi_perform(h->multi, &running);
	if (rc != CURLM_OK)
		return err_set(e, ZX_BUG, "libcurl: %s", curl_multi_strerror(rc));
	http_deliver(h);
	http_launch(h);
	return 0;
}

static short
http_to_curl(short events)
{
	return (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) |
	    (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

int
http_wait(struct http *h, int64_t ms, struct pollfd *fds, int n,
    struct err *e)
{
	struct curl_waitfd w[HTTP_FDS + 1] = { { 0 } };
	int64_t n_done = h->n_done;
	unsigned k = 0;
	CURLMcode rc;
	int i;

	if (n > HTTP_FDS)
		die(ZX_BUG, "http_wait: more than %d descriptors", HTTP_FDS);
	for (i = 0; i < n; i++) {
		if (fds[i].fd < 0)
			continue;
		w[k].fd = fds[i].fd;
		w[k++].events = http_to_curl(fds[i].events);
	}
	if (sig_fd() != -1 && !sig_seen()) {
		w[k].fd = sig_fd();
		w[k++].events = CURL_WAIT_POLLIN;
	}
	if (http_perform(h, e) == -1)
		return -1;
	if (h->n_done != n_done)	/* the caller has something to do */
		ms = 0;
	rc = curl_multi_poll(h->multi, w, k, ms > INT32_MAX ? INT32_MAX :
	    (int)ms, NULL);
	if (rc != CURLM_OK)
		return err_set(e, ZX_BUG, "libcurl: %s",
		    curl_multi_strerror(rc));
	/* polled again: libcurl does not report POLLHUP */
	if (n > 0 && poll(fds, (nfds_t)n, 0) == -1)
		for (i = 0; i < n; i++)
			fds[i].revents = 0;
	return http_perform(h, e);
}

/* The request of http_once. */
struct once {
	struct http_rsp	*rsp;
	int		 done;
};

static void
on_once(void *arg, struct http_rsp *rsp)
{
	struct once *o = arg;

	*o->rsp = *rsp;
	rsp->body = (struct buf){ 0 };		/* the caller of http_once frees it */
	o->done = 1;
}

static void
on_nobody(void *arg, struct http_rsp *rsp)
{
	(void)arg, (void)rsp;
}

/* Let the transfers of list for arg end without a call: what arg points to is gone. */
static void
http_forget(struct transfers *list, const void *arg)
{
	struct transfer *f;

	TAILQ_FOREACH(f, list, link)
		if (f->arg == arg)
			f->done = on_nobody;
}

int
http_once(struct http *h, const struct http_req *rq, struct http_rsp *rsp,
    struct err *e)
{
	struct once o = { .rsp = rsp };

	*rsp = (struct http_rsp){ 0 };
	if (http_send(h, rq, on_once, &o, e) == -1)
		return -1;
	while (!o.done) {
		if (http_wait(h, 1000, NULL, 0, e) == -1)
			return -1;
		if (!o.done && sig_seen()) {
			http_forget(&h->active, &o);
			http_forget(&h->queued, &o);
			return err_set(e, ZX_RETRY, "stopped by a signal while waiting for "
			    "an answer");
		}
	}
	return 0;
}
