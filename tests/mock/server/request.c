#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#include "server/request.h"

static int
request_nibble(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode %XX in place, and '+' as a blank if plus is set (in queries). */
static void
request_decode(char *s, int plus)
{
	char *out = s;
	int hi, lo;

	for (; *s != '\0'; s++) {
		if (*s == '%' && (hi = request_nibble(s[1])) >= 0 &&
		    (lo = request_nibble(s[2])) >= 0) {
			*out++ = (char)(hi * 16 + lo);
			s += 2;
		} else
			*out++ = plus && *s == '+' ? ' ' : *s;
	}
	*out = '\0';
}

/* Split the path at its slashes; a segment may be empty. */
static void
request_split_path(struct request *rq)
{
	char *s = rq->text, *slash;

	s += *s == '/';
	while (s != NULL && rq->nseg < REQUEST_SEGS) {
		slash = strchr(s, '/');
		if (slash != NULL)
			*slash = '\0';
		request_decode(s, 0);
		rq->seg[rq->nseg++] = s;
		s = slash == NULL ? NULL : slash + 1;
	}
}

static void
request_split_query(struct request *rq)
{
	char *s = rq->args_text, *amp, *eq;
	struct arg *a;

	while (s != NULL && *s != '\0' && rq->narg < REQUEST_ARGS) {
		amp = strchr(s, '&');
		if (amp != NULL)
			*amp++ = '\0';
		a = &rq->arg[rq->narg++];
		eq = strchr(s, '=');
		a->name = s;
		a->value = eq == NULL ? s + strlen(s) : eq + 1;
		if (eq != NULL)
			*eq = '\0';
		request_decode(a->name, 1);
		request_decode(a->value, 1);
		s = amp;
	}
}

static enum api
request_api_of(const struct request *rq)
{
	const char *s = rq->nseg > 0 ? rq->seg[0] : "";

	if (strcmp(s, "v2") == 0)
		return API_ZEPHYR;
	if (strcmp(s, "api") == 0 || strcmp(s, "oauth") == 0)
		return API_QTEST;
	if (strcmp(s, "rest") == 0)
		return API_JIRA;
	return strcmp(s, "__mock") == 0 ? API_MOCK : API_NONE;
}

struct request *
request_new(const char *method, const char *uri)
{
	struct request *rq = mem_zalloc(sizeof(*rq));
	const char *q = strchr(uri, '?');
	size_t len = q == NULL ? strlen(uri) : (size_t)(q - uri);

	snprintf(rq->method, sizeof(rq->method), "%s", method);
	rq->uri = mem_dup(uri);
	rq->path = mem_dupn(uri, len);
	rq->query = mem_dup(q == NULL ? "" : q + 1);
	rq->text = mem_dup(rq->path);
	rq->args_text = mem_dup(rq->query);
	request_split_path(rq);
	request_split_query(rq);
	rq->api = request_api_of(rq);
	return rq;
}

struct request *
request_within(const char *method, const char *uri, const char *context)
{
	size_t len = context == NULL ? 0 : strlen(context);
	int in = len > 0 && strncmp(uri, context, len) == 0 && uri[len] == '/';
	struct request *rq = request_new(method, in ? uri + len : uri);

	free(rq->uri);
	rq->uri = mem_dup(uri);
	if (len > 0 && in != (rq->api == API_QTEST))
		rq->api = API_NONE;
	return rq;
}

void
request_free(struct request *rq)
{
	if (rq == NULL)
		return;
	free(rq->uri);
	free(rq->path);
	free(rq->query);
	free(rq->text);
	free(rq->args_text);
	free(rq->auth);
	free(rq->host);
	free(rq->type);
	free(rq->file_name);
	buf_free(&rq->body);
	content_free(rq->upload);
	free(rq);
}

int
request_is_upload(const struct request *rq)
{
	return rq->api == API_QTEST && strcmp(rq->method, "POST") == 0 &&
	    strcmp(rq->seg[rq->nseg - 1], "blob-handles") == 0;
}

void
request_add(struct request *rq, const char *p, size_t n, uint64_t file_limit)
{
	if (rq->upload == NULL && request_is_upload(rq))
		rq->upload = content_new(file_limit);
	if (rq->upload != NULL)
		content_add(rq->upload, p, n);
	else
		buf_add(&rq->body, p, n);
}

void
request_end(struct request *rq, uint64_t file_limit)
{
	if (rq->upload == NULL && request_is_upload(rq))	/* an empty file */
		rq->upload = content_new(file_limit);
	if (rq->upload != NULL)
		content_end(rq->upload);
}

uint64_t
request_len(const struct request *rq)
{
	return rq->upload == NULL ? rq->body.len : content_len(rq->upload);
}

const char *
request_arg(const struct request *rq, const char *name)
{
	int i;

	for (i = 0; i < rq->narg; i++)
		if (strcmp(rq->arg[i].name, name) == 0)
			return rq->arg[i].value;
	return NULL;
}

int
request_int(const char *s, int64_t *out)
{
	char *end;

	if (s == NULL || (!isdigit((unsigned char)*s) && *s != '-'))
		return 0;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && *end == '\0' && end > s;
}

int
request_num(const struct request *rq, const char *name, int64_t dflt,
    int64_t *out)
{
	const char *s = request_arg(rq, name);

	*out = dflt;
	if (s == NULL || *s == '\0')
		return 0;
	return request_int(s, out) ? 1 : -1;
}

int
request_flag(const struct request *rq, const char *name, int dflt)
{
	const char *s = request_arg(rq, name);

	if (s == NULL || *s == '\0')
		return dflt;
	return strcasecmp(s, "true") == 0 || strcmp(s, "1") == 0;
}

int
request_match(struct request *rq, const char *pattern)
{
	const char *p = pattern, *next;
	size_t len;
	int i, ncap = 0;

	for (i = 0; *p == '/'; i++, p = next) {
		next = strchr(++p, '/');
		if (next == NULL)
			next = p + strlen(p);
		len = (size_t)(next - p);
		if (i >= rq->nseg)
			return 0;
		if (len == 2 && p[0] == '{') {
			if (*rq->seg[i] == '\0' || ncap == REQUEST_CAPS)
				return 0;
			rq->cap[ncap++] = rq->seg[i];
		} else if (strncmp(rq->seg[i], p, len) != 0 ||
		    rq->seg[i][len] != '\0')
			return 0;
	}
	return i == rq->nseg;
}

int
request_glob(const char *g, const char *s)
{
	const char *star = NULL, *mark = NULL;

	while (*s != '\0') {
		if (*g == '*') {
			star = g++;
			mark = s;
		} else if (*g == '?' || *g == *s) {
			g++;
			s++;
		} else if (star != NULL) {
			g = star + 1;
			s = ++mark;
		} else
			return 0;
	}
	while (*g == '*')
		g++;
	return *g == '\0';
}
