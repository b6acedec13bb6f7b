#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "base/secret.h"

#include "domain/api/jira.h"
#include "domain/api/zephyr_impl.h"

static int
jira_unread(int code, const char *why, struct err *e)
{
	return err_set(e, code, "cannot read Jira: %.300s; everything read so far is stored: run "
	    "the same command again to continue, or use --jira-base-url none to keep ids instead "
	    "of names", why);
}

int
jira_refused(const char *path, int status, const struct buf *body,
    struct err *e)
{
	int len = (int)strcspn(path, "?");
	char why[API_EXPLANATION], said[400];

	api_explain(why, body);
	switch (status) {
	case 401:
		return err_set(e, ZX_AUTH, "Jira rejected JIRA_USER and its token (401 at %.*s: "
		    "%s); create an API token of that user (Atlassian account, Security) and set "
		    "JIRA_API_TOKEN", len,
		    path, why);
	case 403:
		return err_set(e, ZX_AUTH, "Jira denied access (403 at %.*s: %s); JIRA_USER needs "
		    "access to Jira and to the project", len, path, why);
	case 404:
		return err_set(e, ZX_CONFIG, "no Jira found at JIRA_BASE_URL (404 at %.*s); an "
		    "address looks like https://example.atlassian.net", len, path);
	default:
		snprintf(said, sizeof(said), "%.*s: status %d: %s", len, path,
		    status, why);
		return jira_unread(status >= 500 ? ZX_REMOTE : ZX_PROTO, said, e);
	}
}

static void
jira_describe(struct api_request *rq, struct http_rsp *rsp, enum retry_verdict verdict,
    struct err *e)
{
	struct err why = *e;

	if (verdict == RETRY_STOP)
		jira_unread(why.code, why.msg, e);
	else if (!zephyr_strayed(rq, rsp, e))
		jira_refused(rq->path, 401, &rsp->body, e);
}

static const struct api_ops jira_ops = {
	.prepare = zephyr_request_prepare,
	.judge = zephyr_request_judge,
	.is_readable = zephyr_request_is_readable,
	.describe = jira_describe,
	.deliver = zephyr_request_deliver,
};

struct zephyr *
jira_client_open(struct zephyr *first, const char *url, const char *user, const char *token,
    int in_flight, struct err *e)
{
	struct api_conf ac = { .ops = &jira_ops, .in_flight = in_flight };
	struct buf pair = { 0 }, auth = { 0 };
	struct zephyr *z;

	if (http_base(url, &ac.base, e) == -1) {
		err_at(e, "JIRA_BASE_URL");
		return NULL;
	}
	buf_printf(&pair, "%s:%s", user, token);
	buf_puts(&auth, "Basic ");
	buf_base64(&auth, pair.s, pair.len);
	secret_add(auth.s + strlen("Basic "));
	ac.authorization = buf_take(&auth, NULL);
	buf_free(&pair);
	z = mem_zalloc(sizeof(*z));
	api_open_shared(&z->api, &ac, &first->api);
	return z;
}
