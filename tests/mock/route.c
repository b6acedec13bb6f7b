#include <string.h>
#include <strings.h>

#include "answers.h"
#include "jira.h"
#include "mock.h"
#include "qtest.h"
#include "qtest_shape.h"
#include "zephyr.h"

static const struct route *
find(const struct route *table, struct request *rq)
{
	const struct route *r;

	for (r = table; r->method != NULL; r++) {
		if (strcmp(r->method, rq->method) != 0 ||
		    !request_match(rq, r->pattern))
			continue;
		rq->pattern = r->pattern;
		return r;
	}
	return NULL;
}

/* Zephyr answers a misspelt path with 403, not 404 (zephyr-api.md 1.3). */
static void
answer_zephyr(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = find(zephyr_routes, rq);

	rq->auth_ok = zephyr_auth(m, rq, rp);
	if (!rq->auth_ok)
		return;
	if (r == NULL)
		reply_qtest(rp, 403, "Invalid key=value pair (missing "
		    "equal-sign) in Authorization header");
	else
		r->act(m, rq, rp);
}

/* All bodies but the form of a login and a file's bytes (qtest-api.md 1.2). */
static int
must_be_json(const struct request *rq)
{
	return rq->body.len > 0 && strcmp(rq->seg[0], "api") == 0 &&
	    strcmp(rq->seg[rq->nseg - 1], "blob-handles") != 0;
}

static int
says_json(const struct request *rq)
{
	static const char json[] = "application/json";
	const char *s = rq->type;

	return s != NULL && strncasecmp(s, json, sizeof(json) - 1) == 0 &&
	    strchr("; ", s[sizeof(json) - 1]) != NULL;
}

static void
answer_qtest(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = find(qtest_routes, rq);

	rq->auth_ok = qtest_auth(m, rq, rp);
	if (!rq->auth_ok)
		return;
	if (r == NULL)
		reply_html(rp, 404, "HTTP Status 404 - Not Found");
	else if (must_be_json(rq) && !says_json(rq))
		reply_html(rp, 415, "HTTP Status 415 - Unsupported Media Type");
	else {
		r->act(m, rq, rp);
		if (rp->type == NULL && rp->body.len > 0)
			qshape(m->set, &rp->body);
	}
}

/* Some of it is for everybody: a handler knows who asks by rq->auth_ok. */
static void
answer_jira(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = find(jira_routes, rq);

	rq->auth_ok = jira_auth(m, rq, rp);
	if (r == NULL)
		jira_error(rp, 404, "null for uri: %s", rq->path);
	else
		r->act(m, rq, rp);
}

void
mock_answer(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r;

	switch (rq->api) {
	case API_ZEPHYR:
		answer_zephyr(m, rq, rp);
		break;
	case API_QTEST:
		answer_qtest(m, rq, rp);
		break;
	case API_JIRA:
		answer_jira(m, rq, rp);
		break;
	case API_MOCK:
		r = find(control_routes, rq);
		if (r == NULL)
			reply_qtest(rp, 404, "zmock has no such page");
		else
			r->act(m, rq, rp);
		break;
	default:
		if ((r = find(public_routes, rq)) != NULL)
			r->act(m, rq, rp);
		else
			reply_html(rp, 404, "Not Found");
	}
	answers_write(m->answers, rq, rp);
}
