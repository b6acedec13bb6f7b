#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/api_write.h"
#include "domain/api/qtest_impl.h"

int
qtest_send(struct qtest *qt, const char *method, const char *path, const char *body,
    size_t len, qtest_done *done, void *arg, struct err *e)
{
	struct qtest_request *t;
	char *url;

	if (api_failed(&qt->api, e) == -1)
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
qtest_room(const struct qtest *qt)
{
	int room = qt->api.retry.max_active - api_busy(&qt->api);

	return room > 0 && qt->api.fail.code == 0 ? room : 0;
}

struct api *
qtest_api(struct qtest *qt)
{
	return &qt->api;
}

struct http *
qtest_http(struct qtest *qt)
{
	return qt->api.http;
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
