#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/time.h"
#include "io/http/http_back.h"

/* One request: the options of its handle, its answer, and its end. */

/* Add the header name, which ends with ": ", with its value. */
static void
http_transfer_header(struct transfer *f, const char *name, const char *value)
{
	struct curl_slist *list;
	char *line = mem_fmt("%s%s", name, value);

	if ((list = curl_slist_append(f->headers, line)) == NULL)
		die(ZX_BUG, "out of memory");
	f->headers = list;
	free(line);
}

static void
http_transfer_headers(struct transfer *f, const struct http_req *rq)
{
	http_transfer_header(f, "Accept: ", rq->accept ? rq->accept : "application/json");
	if (rq->header != NULL)
		http_transfer_header(f, "", rq->header);
	if (f->body != NULL || f->source != NULL)
		http_transfer_header(f, "Expect:", "");	/* the body follows at once */
	if (rq->type != NULL)
		http_transfer_header(f, "Content-Type: ", rq->type);
	else if (f->body != NULL)
		http_transfer_header(f, "Content-Type:", "");	/* libcurl would guess */
}

/* Return 1 if no header and no URL of rq has a line break. */
static int
http_transfer_is_clean(const struct http_req *rq)
{
	return strpbrk(rq->url, "\r\n ") == NULL &&
	    (!rq->authorization || !strpbrk(rq->authorization, "\r\n")) &&
	    (!rq->type || !strpbrk(rq->type, "\r\n")) &&
	    (!rq->header || !strpbrk(rq->header, "\r\n")) &&
	    (!rq->accept || !strpbrk(rq->accept, "\r\n"));
}

struct transfer *
http_transfer_new(struct http *h, const struct http_req *rq, struct err *e)
{
	struct transfer *f;

	if (!http_transfer_is_clean(rq)) {
		err_set(e, ZX_CONFIG, "a line break or space in a URL or header");
		return NULL;
	}
	f = mem_zalloc(sizeof(*f));
	f->h = h;
	f->method = mem_dup(rq->method ? rq->method : "GET");
	f->url = mem_dup(rq->url);
	f->authorization = mem_dup(rq->authorization);
	f->is_write = strcmp(f->method, "GET") != 0 &&
	    strcmp(f->method, "HEAD") != 0;
	f->source = rq->source;
	f->source_arg = rq->source_arg;
	f->len = rq->len;
	if (f->source == NULL && (rq->body != NULL || f->is_write))
		f->body = mem_dupn(rq->body ? rq->body : "", rq->len);
	f->sink = rq->sink;
	f->sink_max = rq->sink_max;
	f->follow = rq->follow;
	f->total_ms = rq->total_ms ? rq->total_ms : h->total_ms;
	http_transfer_headers(f, rq);
	return f;
}

void
http_transfer_free(struct transfer *f)
{
	hash_close(f->hash, NULL);
	curl_slist_free_all(f->headers);
	buf_free(&f->rsp.body);
	free(f->method);
	free(f->url);
	free(f->authorization);
	free(f->body);
	free(f);
}

/*
 * libcurl calls this when the connection is open, before it sends the request.  If a
 * kept-alive connection breaks before the first byte of the answer, libcurl sends the
 * request again by itself.  A write, on which the server may have acted, must not be:
 * the second call for it ends the transfer.
 */
static int
on_leave(void *arg, char *ip, char *local, int port, int local_port)
{
	struct transfer *f = arg;

	(void)ip, (void)local, (void)port, (void)local_port;
	if (f->sends++ > 0 && f->is_write)
		return CURL_PREREQFUNC_ABORT;
	f->h->sent++;
	return CURL_PREREQFUNC_OK;
}

/* Write n bytes of the body to the sink. */
static int
http_transfer_sink(struct transfer *f, const char *s, size_t n)
{
	if (f->hash == NULL)
		f->hash = hash_open();
	hash_add(f->hash, s, n);
	f->rsp.sink_len += (int64_t)n;
	if (f->sink_max > 0 && f->rsp.sink_len > f->sink_max) {
		f->rsp.too_large = 1;
		return -1;
	}
	if (file_write(f->sink, s, n) == 0)
		return 0;
	f->rsp.sink_errno = errno;
	return -1;
}

static size_t
on_body(char *s, size_t one, size_t n, void *arg)
{
	struct transfer *f = arg;
	long status = 0;

	(void)one;
	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (f->sink > 0 && status / 100 == 2)
		return http_transfer_sink(f, s, n) == 0 ? n : 0;
	if (f->rsp.body.len + n > f->h->max_body) {
		f->rsp.too_large = 1;
		return 0;
	}
	buf_add(&f->rsp.body, s, n);
	return n;
}

static size_t
on_source(char *to, size_t one, size_t n, void *arg)
{
	struct transfer *f = arg;
	int64_t left = (int64_t)f->len - f->source_at, got;

	n *= one;
	if (left == 0)
		return 0;
	got = f->source(f->source_arg, f->source_at, to,
	    (int64_t)n < left ? n : (size_t)left);
	if (got <= 0)
		return CURL_READFUNC_ABORT;
	f->source_at += got;
	return (size_t)got;
}

/* libcurl rewinds a body before it sends a request again, which on_leave forbids. */
static int
on_rewind(void *arg, curl_off_t at, int origin)
{
	struct transfer *f = arg;

	f->source_at = at;
	return origin == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static void
http_transfer_set_times(struct transfer *f)
{
	struct http *h = f->h;
	long idle = (long)((h->idle_ms + 999) / 1000);

	curl_easy_setopt(f->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, (long)f->total_ms);
	curl_easy_setopt(f->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(f->easy, CURLOPT_LOW_SPEED_TIME, idle);
	curl_easy_setopt(f->easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

static void
http_transfer_set_method(struct transfer *f)
{
	if (strcmp(f->method, "HEAD") == 0) {
		curl_easy_setopt(f->easy, CURLOPT_NOBODY, 1L);
	} else if (f->body != NULL || f->source != NULL) {
		curl_easy_setopt(f->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(f->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)f->len);
		if (f->body != NULL)
			curl_easy_setopt(f->easy, CURLOPT_POSTFIELDS, f->body);
		curl_easy_setopt(f->easy, CURLOPT_READFUNCTION, on_source);
		curl_easy_setopt(f->easy, CURLOPT_READDATA, f);
		curl_easy_setopt(f->easy, CURLOPT_SEEKFUNCTION, on_rewind);
		curl_easy_setopt(f->easy, CURLOPT_SEEKDATA, f);
		curl_easy_setopt(f->easy, CURLOPT_CUSTOMREQUEST, f->method);
	} else {
		curl_easy_setopt(f->easy, CURLOPT_CUSTOMREQUEST,
		    strcmp(f->method, "GET") == 0 ? NULL : f->method);
	}
}

/* Set the headers, among them the authorization, which a redirect may drop later. */
static void
http_transfer_set_headers(struct transfer *f)
{
	if (f->authorization != NULL) {
		http_transfer_header(f, "Authorization: ", f->authorization);
		free(f->authorization);
		f->authorization = NULL;
	}
	curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->headers);
}

void
http_transfer_setup(struct transfer *f)
{
	struct http *h = f->h;
	CURL *c = f->easy;

	curl_easy_setopt(c, CURLOPT_PRIVATE, f);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, f->error_text);
	curl_easy_setopt(c, CURLOPT_URL, f->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	if (f->sink <= 0)
		curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "ztoq/" ZTOQ_VERSION);
	if (h->ca_file != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file);
	http_transfer_set_times(f);
	http_transfer_set_method(f);
	http_transfer_set_headers(f);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_leave);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, f);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, f);
	if (f->began == 0)
		f->began = time_mono_ms();
}

/* Prepare f to follow the redirect that it was answered with, without the authorization if
   it leads to another host; returns 0 if there is none to follow. */
static int
http_transfer_redirect(struct transfer *f)
{
	struct curl_slist **p = &f->headers, *gone;
	char *to = NULL;
	int rc = f->rsp.status, same_host;

	curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &to);
	if (f->is_write || f->follow <= 0 || to == NULL ||
	    (rc != 301 && rc != 302 && rc != 303 && rc != 307 && rc != 308))
		return 0;
	f->follow--;
	same_host = http_same_host(f->url, to);
	while (*p != NULL && !same_host) {
		if (strncasecmp((*p)->data, "Authorization:", 14) != 0) {
			p = &(*p)->next;
			continue;
		}
		gone = *p;
		*p = gone->next;
		gone->next = NULL;
		curl_slist_free_all(gone);
	}
	free(f->url);
	f->url = mem_dup(to);
	buf_free(&f->rsp.body);
	f->rsp = (struct http_rsp){ .left_host = f->rsp.left_host || !same_host };
	return 1;
}

/*
 * Return the end of a request without an answer: HTTP_UNSENT if no connection was open or
 * no byte was written to it.  libcurl counts these bytes reliably without TLS only.
 */
static enum http_end
http_transfer_outcome(struct transfer *f)
{
	long bytes = 1;

	if (strncasecmp(f->url, "http:", 5) == 0)
		curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &bytes);
	return f->sends == 0 || bytes == 0 ? HTTP_UNSENT : HTTP_DOUBT;
}

static void
http_transfer_log(struct transfer *f)
{
	struct http_rsp *r = &f->rsp;

	if (log_is_shown(LOG_TRACE))
		log_debug("http", "%s %s: %s%d, %lld bytes, %lld ms", f->method,
		    f->url, r->end == HTTP_ANSWERED ? "" : r->end == HTTP_UNSENT ?
		    "not sent " : "cut off ", r->status,
		    (long long)r->body.len + r->sink_len, (long long)r->took_ms);
}

/* Set the text of the error. */
static void
http_transfer_explain(struct transfer *f, CURLcode rc)
{
	struct http_rsp *r = &f->rsp;
	const char *s = *f->error_text ? f->error_text : curl_easy_strerror(rc);

	if (r->sink_errno != 0)
		snprintf(r->why, sizeof(r->why), "cannot store the body: %s",
		    strerror(r->sink_errno));
	else if (r->too_large)
		snprintf(r->why, sizeof(r->why), "the body is longer than %lld bytes",
		    f->sink > 0 ? (long long)f->sink_max :
		    (long long)f->h->max_body);
	else if (rc == CURLE_ABORTED_BY_CALLBACK)
		snprintf(r->why, sizeof(r->why), "the connection was closed "
		    "before an answer came");
	else
		snprintf(r->why, sizeof(r->why), "%.200s%s", s, r->untrusted ?
		    "; name a private CA with --ca-file" : "");
	secret_redact(r->why);
}

int
http_transfer_finish(struct transfer *f, CURLcode rc)
{
	struct http_rsp *r = &f->rsp;
	long status = 0;

	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	r->status = (int)status;
	http_headers(f->easy, r);
	if (rc == CURLE_OK && http_transfer_redirect(f))
		return 1;
	r->took_ms = time_mono_ms() - f->began;
	if (f->hash == NULL && f->sink > 0)	/* an empty file */
		f->hash = hash_open();
	if (f->hash != NULL) {
		hash_close(f->hash, r->sink_hash);
		f->hash = NULL;
	}
	r->end = rc == CURLE_OK && status > 0 ? HTTP_ANSWERED : http_transfer_outcome(f);
	r->untrusted = rc == CURLE_PEER_FAILED_VERIFICATION ||
	    rc == CURLE_SSL_CACERT_BADFILE;
	if (r->end != HTTP_ANSWERED)
		http_transfer_explain(f, rc);
	http_transfer_log(f);
	return 0;
}
