#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/exposure.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/time.h"
#include "io/http/http_back.h"

/* Reads headers; checks and compares URLs. */

enum { RETRY_MAX = 31 * 24 * 3600 };	/* s; the longest quotas are per month */

/* Return the value of the last header with that name, or NULL. */
static const char *
http_text_value(CURL *c, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(c, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ?
	    h->value : NULL;
}

/* Return the whole number with which that header begins, or -1. */
static int64_t
http_text_number(CURL *c, const char *name)
{
	const char *s = http_text_value(c, name);
	char *end;
	long long n;

	if (s == NULL || !isdigit((unsigned char)*s))
		return -1;
	n = strtoll(s, &end, 10);
	return n >= 0 && (*end == '\0' || isspace((unsigned char)*end) ||
	    *end == ',' || *end == ';') ? n : -1;
}

/* Return the seconds of Retry-After, counted by the server's clock if it is a date; -1 if
   there is none. */
static int64_t
http_text_retry_after(CURL *c, int64_t date_ms)
{
	const char *s = http_text_value(c, "Retry-After");
	int64_t n = http_text_number(c, "Retry-After");
	time_t at;

	if (s == NULL || n >= 0)
		return n < RETRY_MAX ? n : RETRY_MAX;
	if ((at = curl_getdate(s, NULL)) == -1)
		return -1;
	n = (int64_t)at - (date_ms ? date_ms : time_wall_ms()) / 1000;
	return n < 0 ? 0 : n < RETRY_MAX ? n : RETRY_MAX;
}

static int
http_text_hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
	    isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* Write the file name in s, a Content-Disposition, without directories to out.
   filename*=UTF-8''... is preferred to filename="...". */
static void
http_text_file_name(const char *s, char *out, size_t size)
{
	const char *p, *ext = NULL, *plain = NULL;
	size_t n = 0;
	int quoted;

	for (p = s; p != NULL; p = strchr(p, ';')) {
		p += strspn(p, "; \t");
		if (strncasecmp(p, "filename*=UTF-8''", 17) == 0)
			ext = p + 17;
		else if (strncasecmp(p, "filename=", 9) == 0)
			plain = p + 9;
	}
	p = ext ? ext : plain;
	quoted = p != NULL && p == plain && *p == '"';
	for (p += quoted; p != NULL && *p && n + 1 < size; p++) {
		if (quoted ? *p == '"' : *p == ';' || *p == ' ')
			break;
		if (quoted && *p == '\\' && p[1])
			p++;
		if (ext && *p == '%' && http_text_hex(p[1]) >= 0 && http_text_hex(p[2]) >= 0) {
			out[n++] = (char)(http_text_hex(p[1]) * 16 + http_text_hex(p[2]));
			p += 2;
		} else {
			out[n++] = *p;
		}
		if (out[n - 1] == '/' || out[n - 1] == '\\')
			n = 0;
	}
	out[n] = '\0';
}

/* Return the date s, ms since 1970, or 0 if s is not a date.  The last date is kept, since
   all answers within a second have the same. */
static int64_t
http_text_date(const char *s)
{
	static char last[64];
	static int64_t ms;
	time_t at;

	if (*s == '\0' || strcmp(s, last) != 0) {
		at = curl_getdate(s, NULL);
		ms = at == -1 ? 0 : (int64_t)at * 1000;
		snprintf(last, sizeof(last), "%s", s);
	}
	return ms;
}

void
http_headers(CURL *c, struct http_rsp *r)
{
	const char *s;

	if ((s = http_text_value(c, "Content-Type")) != NULL)
		snprintf(r->type, sizeof(r->type), "%.*s",
		    (int)strcspn(s, "; \t"), s);
	if ((s = http_text_value(c, "Content-Disposition")) != NULL)
		http_text_file_name(s, r->name, sizeof(r->name));
	if ((s = http_text_value(c, "Date")) != NULL)
		r->date_ms = http_text_date(s);
	r->retry_after = http_text_retry_after(c, r->date_ms);
	r->left_minute = http_text_number(c, "x-ratelimit-remaining-minute");
	r->left_month = http_text_number(c, "x-ratelimit-remaining-month");
}

void
http_escape(struct buf *b, const char *s)
{
	buf_percent(b, s, "0123456789ABCDEF");
}

/* Return that part of u, to be freed by curl_free, or NULL. */
static char *
http_text_piece(CURLU *u, CURLUPart what)
{
	char *s = NULL;

	return curl_url_get(u, what, &s, CURLU_DEFAULT_PORT) == CURLUE_OK ? s :
	    NULL;
}

static int
http_text_same(CURLU *a, CURLU *b, CURLUPart what)
{
	char *x = http_text_piece(a, what), *y = http_text_piece(b, what);
	int ok = x != NULL && y != NULL && strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return ok;
}

int
http_same_host(const char *url_a, const char *url_b)
{
	CURLU *a = curl_url(), *b = curl_url();
	int ok;

	if (a == NULL || b == NULL)
		die(ZX_BUG, "out of memory");
	ok = curl_url_set(a, CURLUPART_URL, url_a, 0) == CURLUE_OK &&
	    curl_url_set(b, CURLUPART_URL, url_b, 0) == CURLUE_OK &&
	    http_text_same(a, b, CURLUPART_SCHEME) && http_text_same(a, b, CURLUPART_HOST) &&
	    http_text_same(a, b, CURLUPART_PORT);
	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return ok;
}

/* Check that url, which is put into u, can be a base URL. */
static int
http_text_check(CURLU *u, const char *url, struct err *e)
{
	static const CURLUPart not[] = { CURLUPART_USER, CURLUPART_PASSWORD,
	    CURLUPART_QUERY, CURLUPART_FRAGMENT };
	char *s;
	size_t i;

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return err_set(e, ZX_CONFIG,
		    "the address must start with https:// or http://");
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK)
		return err_set(e, ZX_CONFIG, "not a valid address");
	for (i = 0; i < sizeof(not) / sizeof(not[0]); i++) {
		if ((s = http_text_piece(u, not[i])) == NULL)
			continue;
		curl_free(s);
		return err_set(e, ZX_CONFIG, i < 2 ?
		    "the address must not contain a user or password" :
		    "the address must not contain ? or #");
	}
	return 0;
}

/* Warn if requests to url are sent without TLS to another host. */
static void
http_text_warn_plain(CURLU *u, const char *url)
{
	char *host;

	if (strncasecmp(url, "http:", 5) != 0 ||
	    (host = http_text_piece(u, CURLUPART_HOST)) == NULL)
		return;
	if (strcasecmp(host, "localhost") != 0 && strncmp(host, "127.", 4) != 0 &&
	    strcmp(host, "[::1]") != 0)
		exposure_warn(host, "is used over plain http, so the token and all data can be "
		    "read on the network; use https://");
	curl_free(host);
}

int
http_base(const char *url, char **out, struct err *e)
{
	CURLU *u = curl_url();
	char *s = NULL;
	size_t n;
	int rc;

	*out = NULL;
	if (u == NULL)
		die(ZX_BUG, "out of memory");
	if ((rc = http_text_check(u, url, e)) == 0)
		http_text_warn_plain(u, url);
	if (rc == 0 &&
	    curl_url_get(u, CURLUPART_URL, &s, 0) == CURLUE_OK) {
		for (n = strlen(s); n > 0 && s[n - 1] == '/'; n--)
			continue;
		*out = mem_dupn(s, n);
		curl_free(s);
	}
	curl_url_cleanup(u);
	return rc;
}
