#include <string.h>
#include <strings.h>

#include "jira/jira.h"
#include "qtest/qtest.h"
#include "qtest/shape.h"
#include "server/answers.h"
#include "server/mock.h"
#include "zephyr/zephyr.h"

static const struct route *
route_find(const struct route *table, struct request *rq)
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

/* Answer a call of Zephyr, which knows a wrong path by 403, not 404
   (zephyr-api.md 1.3). */
static void
route_answer_zephyr(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = route_find(zephyr_routes, rq);

	rq->auth_ok = zephyr_auth(m, rq, rp);
	if (!rq->auth_ok)
		return;
	if (r == NULL)
		reply_qtest(rp, 403, "Invalid key=value pair (missing "
		    "equal-sign) in Authorization header");
	else
		r->act(m, rq, rp);
}

/* Return whether the body must be JSON: all but the form of a login (qtest-api.md 1.2)
   and the bytes of a file, which are not in the body. */
static int
route_require_json(const struct request *rq)
{
	return rq->body.len > 0 && strcmp(rq->seg[0], "api") == 0;
}

static int
route_type_is_json(const struct request *rq)
{
	static const char json[] = "application/json";
	const char *s = rq->type;

	return s != NULL && strncasecmp(s, json, sizeof(json) - 1) == 0 &&
	    strchr("; ", s[sizeof(json) - 1]) != NULL;
}

static void
route_answer_qtest(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = route_find(qtest_routes, rq);

	rq->auth_ok = qtest_auth(m, rq, rp);
	if (!rq->auth_ok)
		return;
	if (strlen(rq->uri) > 8192)
		reply_html(rp, 414, "414 Request-URI Too Large");
	else if (r == NULL)
		reply_html(rp, 404, "HTTP Status 404 - Not Found");
	else if (m->set->body_limit > 0 && rq->upload == NULL &&
	    rq->body.len > (size_t)m->set->body_limit)
		reply_html(rp, 413, "413 Request Entity Too Large");
	else if (route_require_json(rq) && !route_type_is_json(rq))
		reply_html(rp, 415, "HTTP Status 415 - Unsupported Media Type");
	else {
		r->act(m, rq, rp);
		if (rp->type == NULL && rp->body.len > 0)
			qshape(m->set, &rp->body);
	}
}

/* Answer a call of Jira.  Some calls need no credentials, so the handlers check
   rq->auth_ok. */
static void
route_answer_jira(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r = route_find(jira_routes, rq);

	rq->auth_ok = jira_auth(m, rq, rp);
	if (r == NULL)
		reply_jira(rp, 404, "null for uri: %s", rq->path);
	else
		r->act(m, rq, rp);
}

void
mock_answer(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct route *r;

	switch (rq->api) {
	case API_ZEPHYR:
		route_answer_zephyr(m, rq, rp);
		break;
	case API_QTEST:
		route_answer_qtest(m, rq, rp);
		break;
	case API_JIRA:
		route_answer_jira(m, rq, rp);
		break;
	case API_MOCK:
		r = route_find(control_routes, rq);
		if (r == NULL)
			reply_qtest(rp, 404, "zmock has no such page");
		else
			r->act(m, rq, rp);
		break;
	default:
		if ((r = route_find(public_routes, rq)) != NULL)
			r->act(m, rq, rp);
		else
			reply_html(rp, 404, "Not Found");
	}
	answers_write(m->answers, rq, rp);
}
