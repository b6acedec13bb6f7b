#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "domain/api/qtest_conf.h"
#include "domain/api/qtest_impl.h"
#include "domain/api/qtest_list.h"
#include "domain/job.h"

enum { IN_FLIGHT = 8, TIMEOUT_MS = 120000 };

static int
conf_number(const char *name, const char *hint, int64_t *out, struct err *e)
{
	const char *s = opt_value(name);
	char *end;
	long long v;

	*out = 0;
	if (s == NULL || *s == '\0')
		return 0;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0' || v < 0)
		return err_set(e, ZX_CONFIG, "%s: not a number: %.40s%s", name, s, hint);
	*out = v;
	return 0;
}

/* Set *out to the address of the site; url may be that of its API. */
static int
conf_base(const char *url, const char **out, struct err *e)
{
	static char *kept;	/* the last one; not freed, like the texts of opt_value */
	char *s = mem_dup(url), *base = NULL;
	size_t n = strlen(s);
	int rc;

	while (n > 0 && s[n - 1] == '/')
		s[--n] = '\0';
	if (n > 7 && strcmp(s + n - 7, "/api/v3") == 0)
		s[n - 7] = '\0';
	rc = http_base(s, &base, e);
	free(s);
	if (rc == -1)
		return err_at(e, "QTEST_BASE_URL");
	free(kept);
	*out = kept = base;
	return 0;
}

int
qtest_conf_read(struct qtest_conf *c, struct err *e)
{
	const char *url = opt_value("QTEST_BASE_URL");

	if (url == NULL || *url == '\0')
		return err_set(e, ZX_CONFIG, "the address of qTest is missing; set QTEST_BASE_URL");
	if (conf_base(url, &c->base_url, e) == -1 ||
	    job_secret("QTEST_API_TOKEN", &c->token, e) == -1 ||
	    job_secret("QTEST_PASSWORD", &c->password, e) == -1 ||
	    conf_number("QTEST_PROJECT_ID", " (the address of a project in qTest contains its "
	    "number)", &c->project, e) == -1 || conf_number("QTEST_RATE", "", &c->rate, e) == -1)
		return -1;
	c->username = opt_value("QTEST_USERNAME");
	if (c->token == NULL && (c->username == NULL || c->password == NULL))
		return err_set(e, ZX_CONFIG, "the qTest token or password is missing; set "
		    "QTEST_API_TOKEN[_FILE], or QTEST_USERNAME and QTEST_PASSWORD[_FILE]");
	if (c->project == 0)
		return err_set(e, ZX_CONFIG, "the qTest project is missing; set QTEST_PROJECT_ID "
		    "to its number");
	return 0;
}

char *
qtest_target(const struct qtest_conf *c)
{
	const char *host = strstr(c->base_url, "://");

	host = host != NULL ? host + 3 : c->base_url;
	return mem_fmt("%s/%lld", host, (long long)c->project);
}

enum qtest_integration
qtest_connections(const struct json *list)
{
	struct json one = { 0 };
	int i = 0, active = json_bool(list, "active", 0);

	while (json_type(list, "") == JSON_ARR && !active && json_each(list, &i, &one))
		active = json_bool(&one, "active", 0);
	json_free(&one);
	return active ? INTEGRATION_ACTIVE : INTEGRATION_NONE;
}

enum qtest_integration
qtest_integration(const struct qtest *qt)
{
	return qt->integration;
}

/* Store what the project tells about its connections. */
static void
qtest_conf_integration(struct qtest *qt, const struct json *project)
{
	struct json list = json_member(project, "defect_tracking_systems");

	qt->integration = json_type(&list, "") == JSON_ARR ? qtest_connections(&list) :
	    INTEGRATION_UNKNOWN;
	json_free(&list);
}

/* Ask for the project, which must exist and be readable: 0, or -1. */
static int
qtest_conf_probe(struct qtest *qt, struct err *e)
{
	struct json doc = { 0 };
	char *path = mem_fmt("/api/v3/projects/%lld", (long long)qt->project);
	const char *base = qt->api.base;
	int status, rc;

	rc = qtest_get(qt, path, &doc, &status, e);
	if (rc == -1 && e->code == ZX_REMOTE)
		err_at(e, "cannot read from qTest (check QTEST_BASE_URL and the network)");
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
	if (rc == 0)
		qtest_conf_integration(qt, &doc);
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
		secret_add(conf->token);
		ac.authorization = mem_fmt("bearer %s", conf->token);
	} else {
		qt->username = mem_dup(conf->username);
		qt->password = mem_dup(conf->password);
	}
	if (api_open(&qt->api, &ac, e) == -1 || qtest_conf_probe(qt, e) == -1) {
		qtest_close(qt);
		return -1;
	}
	*out = qt;
	return 0;
}
