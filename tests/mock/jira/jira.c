#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "io/json/json_out.h"

#include "jira/jira.h"
#include "server/text.h"
#include "zephyr/zephyr.h"

enum { URL_MAX = 8000, USERS_DEFAULT = 10, USERS_MAX = 200 };

int
jira_auth(struct mock *m, struct request *rq, struct reply *rp)
{
	char *pair = mem_fmt("%s:%s", m->set->jira_user, m->set->token_jira);
	struct buf want = { 0 };
	int good;

	buf_puts(&want, "Basic ");
	buf_base64(&want, pair, strlen(pair));
	good = rq->auth != NULL && strcmp(rq->auth, buf_str(&want)) == 0;
	if (!good && rq->auth != NULL)
		reply_header(rp, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
	buf_free(&want);
	free(pair);
	return good;
}

int
jira_hidden(const struct mock *m, const char *id)
{
	int i;

	for (i = 0; i < m->set->jira_hide.n; i++)
		if (strcmp(m->set->jira_hide.v[i], id) == 0)
			return 1;
	return 0;
}

/* Return whether the request has valid credentials; else put the 401 into rp. */
static int
jira_is_known(const struct request *rq, struct reply *rp)
{
	if (rq->auth_ok)
		return 1;
	rp->status = 401;
	rp->type = "text/plain";
	buf_puts(&rp->body, "Client must be authenticated to access this "
	    "resource.");
	return 0;
}

static void
jira_user_row(const struct mock *m, const char *account, int64_t n, struct buf *b)
{
	struct buf t = { 0 };

	text_name(&t, z_rand(m->zephyr, 90, n, 1), "Tester");
	json_out_open(b, NULL, '{');
	json_out_fmt(b, "self", "%s/rest/api/3/user?accountId=%s", m->base, account);
	json_out_str(b, "accountId", account);
	json_out_str(b, "accountType", "atlassian");
	json_out_bool(b, "active", n % 3 != 1);
	z_text(m->zephyr, b, "displayName", n * 5 + 1, buf_str(&t));
	json_out_close(b, '}');
	buf_free(&t);
}

static void
jira_myself(struct mock *m, struct request *rq, struct reply *rp)
{
	if (jira_is_known(rq, rp))
		jira_user_row(m, "5b10ac8d82e05b22cc7d4ef5", 77, &rp->body);
}

static void
jira_users_tail(struct reply *rp, int64_t size, int64_t start, int64_t total)
{
	json_out_close(&rp->body, ']');
	json_out_int(&rp->body, "maxResults", size);
	json_out_int(&rp->body, "startAt", start);
	json_out_int(&rp->body, "total", total);
	json_out_bool(&rp->body, "isLast", start + size >= total);
	json_out_close(&rp->body, '}');
}

/* List the accounts that the query names, without those that do not exist. */
static void
jira_users(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t start, size, n = 0, no;
	int i;

	if (!jira_is_known(rq, rp))
		return;
	if (strlen(rq->uri) > URL_MAX) {
		reply_html(rp, 414, "Request-URI Too Long");
		return;
	}
	if (request_num(rq, "startAt", 0, &start) == -1 ||
	    request_num(rq, "maxResults", USERS_DEFAULT, &size) == -1 ||
	    request_arg(rq, "accountId") == NULL) {
		reply_jira(rp, 400, "The accountId query parameter must be "
		    "specified");
		return;
	}
	size = size > USERS_MAX ? USERS_MAX : size;
	if (m->set->jira_cap > 0 && size > m->set->jira_cap)
		size = m->set->jira_cap;
	json_out_open(&rp->body, NULL, '{');
	json_out_open(&rp->body, "values", '[');
	for (i = 0; i < rq->narg; i++) {
		if (strcmp(rq->arg[i].name, "accountId") != 0 ||
		    jira_hidden(m, rq->arg[i].value) ||
		    (no = text_account_find(rq->arg[i].value)) == -1)
			continue;
		if (n >= start && n < start + size)
			jira_user_row(m, rq->arg[i].value, no, &rp->body);
		n++;
	}
	jira_users_tail(rp, size, start, n);
}

static void
jira_list(struct mock *m, struct request *rq, struct reply *rp, int64_t from,
    int64_t to, int kind, const char *what)
{
	struct buf t = { 0 };
	char id[24];
	int64_t n;

	if (!rq->auth_ok || (strcmp(rq->cap[0], m->zephyr->key) != 0 &&
	    strcmp(rq->cap[0], "10302") != 0)) {
		reply_jira(rp, 404, "No project could be found with key '%s'.",
		    rq->cap[0]);
		return;
	}
	json_out_open(&rp->body, NULL, '[');
	for (n = from; n < to; n++) {
		snprintf(id, sizeof(id), "%ld", (long)n);
		if (jira_hidden(m, id))
			continue;
		buf_reset(&t);
		text_name(&t, z_rand(m->zephyr, kind, n, 1), what);
		json_out_open(&rp->body, NULL, '{');
		json_out_str(&rp->body, "id", id);
		z_text(m->zephyr, &rp->body, "name", n, buf_str(&t));
		json_out_str(&rp->body, "project", m->zephyr->key);
		json_out_close(&rp->body, '}');
	}
	json_out_close(&rp->body, ']');
	buf_free(&t);
}

static void
jira_components(struct mock *m, struct request *rq, struct reply *rp)
{
	jira_list(m, rq, rp, 14300, 14400, 91, "Component");
}

static void
jira_versions(struct mock *m, struct request *rq, struct reply *rp)
{
	jira_list(m, rq, rp, 10000, 10020, 92, "Version");
}

/* Answer the search that Jira removed in 2025. */
static void
jira_old_search(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)m;
	(void)rq;
	reply_jira(rp, 410, "The requested API has been removed. Please "
	    "migrate to the /rest/api/3/search/jql API.");
}

const struct route jira_routes[] = {
	{ "GET", "/rest/api/3/myself", jira_myself },
	{ "GET", "/rest/api/3/search", jira_old_search },
	{ "GET", "/rest/api/3/search/jql", jira_search },
	{ "GET", "/rest/api/3/user/bulk", jira_users },
	{ "GET", "/rest/api/3/project/{}/components", jira_components },
	{ "GET", "/rest/api/3/project/{}/versions", jira_versions },
	{ NULL, NULL, NULL }
};
