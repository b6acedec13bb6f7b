#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/api_write.h"
#include "domain/api/qtest_impl.h"

enum { IN_FLIGHT = 8, TIMEOUT_MS = 120000 };

int
qtest_wait(struct qtest *qt, int64_t ms, struct pollfd *pfd, int n, struct err *e)
{
	return api_wait(&qt->api, ms, pfd, n, e);
}

int
qtest_send(struct qtest *qt, const char *method, const char *path, const char *body,
    size_t len, qtest_done *done, void *arg, struct err *e)
{
	struct qtest_request *t;
	char *url;

	if (qtest_failed(qt, e) == -1)
		return -1;
	t = mem_zalloc(sizeof(*t));
	t->rq.where = qt->api.base;
	t->done = done;
	t->arg = arg;
	if (strncmp(path, "/api/", 5) == 0)
		url = mem_fmt("%s%s", qt->api.base, path);
	else
		url = mem_fmt("%s/api/v3/projects/%lld%s", qt->api.base,
		    (long long)qt->project, path);
	if (strcmp(method, "GET") == 0)
		api_send(&qt->api, &t->rq, path, url);
	else
		api_send_write(&qt->api, &t->rq, path, url, method, body, len);
	return 0;
}

void
qtest_lease(struct qtest *qt, int64_t until_ms)
{
	qt->api.write_until_ms = until_ms;
}

int
qtest_flying(const struct qtest *qt)
{
	return api_busy(&qt->api);
}

int
qtest_room(const struct qtest *qt)
{
	int room = qt->api.retry.max_active - api_busy(&qt->api);

	return room > 0 && qt->api.fail.code == 0 ? room : 0;
}

int
qtest_failed(const struct qtest *qt, struct err *e)
{
	return api_failed(&qt->api, e);
}

struct http *
qtest_http(struct qtest *qt)
{
	return qt->api.http;
}

int
qtest_account(struct qtest *qt, struct db *db, struct err *e)
{
	return api_sync_budget(&qt->api, db, API_SYNC_NOW, e);
}

/* Ask for the project, which must exist and be readable. */
static int
qtest_probe(struct qtest *qt, struct err *e)
{
	struct json doc = { 0 };
	char *path = mem_fmt("/api/v3/projects/%lld", (long long)qt->project);
	const char *base = qt->api.base;
	int status, rc;

	rc = qtest_get(qt, path, &doc, &status, e);
	if (rc == 0 && status == 404)
		rc = err_set(e, ZX_CONFIG, "%s: project %lld does not exist; check "
		    "QTEST_PROJECT_ID and QTEST_BASE_URL", base, (long long)qt->project);
	else if (rc == 0 && status == 403)
		rc = err_set(e, ZX_AUTH, "%s: this user cannot see project %lld; give the user "
		    "access to it or use another token", base,
		    (long long)qt->project);
	else if (rc == 0 && (status > 299 || json_type(&doc, "") != JSON_OBJ))
		rc = err_set(e, ZX_PROTO, "%s: project %lld: unexpected answer (status %d)",
		    base, (long long)qt->project, status);
	json_free(&doc);
	free(path);
	return rc;
}

int
qtest_open(struct qtest **out, const struct qtest_conf *conf, struct err *e)
{
	struct qtest *qt = mem_zalloc(sizeof(*qt));
	struct api_conf ac = { .ops = &qtest_ops, .base = mem_dup(conf->base_url),
		.ca_file = conf->ca_file, .rate = conf->rate,
		.max_requests = conf->max_requests,
		.in_flight = conf->in_flight > 0 ? (int)conf->in_flight : IN_FLIGHT,
		.timeout_ms = conf->timeout_ms > 0 ? conf->timeout_ms : TIMEOUT_MS };

	qt->project = conf->project;
	if (conf->token != NULL) {
		log_secret(conf->token);
		ac.authorization = mem_fmt("bearer %s", conf->token);
	} else {
		qt->username = mem_dup(conf->username);
		qt->password = mem_dup(conf->password);
	}
	if (api_open(&qt->api, &ac, e) == -1 || qtest_probe(qt, e) == -1) {
		qtest_close(qt);
		return -1;
	}
	*out = qt;
	return 0;
}

void
qtest_drop(struct qtest *qt)
{
	api_drop(&qt->api);
}

void
qtest_close(struct qtest *qt)
{
	if (qt == NULL)
		return;
	api_close(&qt->api);
	free(qt->username);
	free(qt->password);
	free(qt);
}
