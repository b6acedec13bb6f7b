#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/secret.h"
#include "base/sig.h"
#include "base/time.h"
#include "domain/api/qtest_impl.h"

/* Append "Basic " and base64 of "site:", the first part of the host and an empty password
   (qtest-api.md 1.2). */
static void
qtest_auth_basic(struct buf *out, const char *base)
{
	const char *host = strstr(base, "://");
	char *site;

	host = host != NULL ? host + 3 : base;
	site = mem_fmt("%.*s:", (int)strcspn(host, ".:/"), host);
	buf_puts(out, "Basic ");
	buf_base64(out, site, strlen(site));
	free(site);
}

/* Judge the answer of /oauth/token: 1 if signed in, 0 to try again at *at, -1. */
static int
qtest_auth_granted(
    struct qtest *qt, struct http_rsp *rsp, int attempt, int64_t *at, struct err *e)
{
	struct json doc = { 0 };
	const char *token, *base = qt->api.base;
	enum retry_verdict verdict;
	char why[300];
	int rc = -1;

	verdict = retry_judge(&qt->api.retry, base, RETRY_READ, attempt, rsp, at, e);
	if (verdict == RETRY_LATER || verdict == RETRY_STOP)
		return verdict == RETRY_LATER ? 0 : -1;
	if (rsp->status < 200 || rsp->status > 299) {
		qtest_why(why, sizeof(why), rsp->status, rsp->type, &rsp->body);
		return err_set(e, rsp->status == 404 ? ZX_CONFIG : ZX_AUTH, "%s: cannot sign in as "
		    "%.60s: %s; check QTEST_BASE_URL, QTEST_USERNAME and QTEST_PASSWORD, or use an "
		    "API token (QTEST_API_TOKEN)", base, qt->username, why);
	}
	if (json_parse_answer(&doc, buf_str(&rsp->body), rsp->body.len, NULL, e) == -1 &&
	    retry_odd_body(&qt->api.retry, base, attempt, at))
		return 0;
	if (json_type(&doc, "") != JSON_OBJ || (token = json_str(&doc, "access_token")) == NULL) {
		err_set(e, ZX_PROTO, "%s: /oauth/token sent no access_token; check that "
		    "QTEST_BASE_URL is the address of a qTest site", base);
	} else {
		secret_add(token);
		api_set_token(&qt->api, mem_fmt("bearer %s", token),
		    json_int(&doc, "expires_in", 0) * 1000);
		rc = 1;
	}
	json_free(&doc);
	return rc;
}

static int
qtest_auth_pause_until(struct api *a, int64_t at, struct err *e)
{
	int64_t left;

	while ((left = at - time_mono_ms()) > 0) {
		if (sig_seen())
			return err_set(e, ZX_RETRY, "stopped by a signal");
		if (http_wait(a->http, left, NULL, 0, e) == -1)
			return -1;
	}
	return 0;
}

int
qtest_login(struct api *a, struct err *e)
{
	struct qtest *qt = (struct qtest *)a;
	struct buf form = { 0 }, auth = { 0 };
	struct http_rsp rsp;
	char *url;
	int64_t at;
	int attempt, rc = 0;

	url = mem_fmt("%s/oauth/token", a->base);
	qtest_auth_basic(&auth, a->base);
	buf_puts(&form, "grant_type=password&username=");
	http_escape(&form, qt->username);
	buf_puts(&form, "&password=");
	http_escape(&form, qt->password);
	for (attempt = 1; rc == 0; attempt++, a->sent++) {
		struct http_req rq = {
			.method = "POST", .url = url, .authorization = buf_str(&auth),
			.type = "application/x-www-form-urlencoded",
			.body = buf_str(&form), .len = form.len,
		};
		memset(&rsp, 0, sizeof(rsp));
		at = time_mono_ms() + retry_wait_ms(&a->retry);
		if (qtest_auth_pause_until(a, at, e) == -1 ||
		    http_once(a->http, &rq, &rsp, e) == -1)
			rc = -1;
		else if ((rc = qtest_auth_granted(qt, &rsp, attempt, &at, e)) == 0)
			rc = qtest_auth_pause_until(a, at, e);
		buf_free(&rsp.body);
	}
	buf_free(&form);
	buf_free(&auth);
	free(url);
	return rc == 1 ? 0 : -1;
}
