#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/api_write.h"
#include "domain/api/qtest_impl.h"

/* Return a new request, NULL if the run has failed. */
static struct qtest_request *
qtest_request_new(struct qtest *qt, qtest_done *done, void *arg, struct err *e)
{
	struct qtest_request *t;

	if (api_failed(&qt->api, e) == -1)
		return NULL;
	t = mem_zalloc(sizeof(*t));
	t->rq.where = qt->api.base;
	t->done = done;
	t->arg = arg;
	return t;
}

static char *
qtest_url(const struct qtest *qt, const char *path)
{
	if (strncmp(path, "/api/", 5) == 0)
		return mem_fmt("%s%s", qt->api.base, path);
	return mem_fmt("%s/api/v3/projects/%lld%s", qt->api.base, (long long)qt->project, path);
}

void
qtest_file_name(struct buf *b, const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ' || (unsigned char)*name > '~' || *name == '%')
			buf_printf(b, "%%%02X", (unsigned char)*name);
		else
			buf_putc(b, *name);
}

int
qtest_upload(struct qtest *qt, const char *path, const struct qtest_file *file,
    qtest_done *done, void *arg, struct err *e)
{
	struct qtest_request *t = qtest_request_new(qt, done, arg, e);
	struct buf header = { 0 };
	char *type = mem_dup(file->type);

	if (t != NULL) {
		buf_puts(&header, "File-Name: ");
		qtest_file_name(&header, file->name);
		buf_puts(&header, "");
		api_send_file(&qt->api, &t->rq, path, qtest_url(qt, path),
		    &(struct api_write){ .len = (size_t)file->size, .type = type,
			.header = header.s, .source = file->read, .source_arg = file->arg });
	}
	buf_free(&header);
	free(type);
	return t != NULL ? 0 : -1;
}

int
qtest_download(struct qtest *qt, const char *path, int64_t size, int sink, qtest_done *done,
    void *arg, struct err *e)
{
	struct qtest_request *t = qtest_request_new(qt, done, arg, e);

	if (t == NULL)
		return -1;
	t->sink = sink;
	t->size = size;
	api_send(&qt->api, &t->rq, path, qtest_url(qt, path));
	return 0;
}

int
qtest_send(struct qtest *qt, const char *method, const char *path, const char *body,
    size_t len, qtest_done *done, void *arg, struct err *e)
{
	struct qtest_request *t = qtest_request_new(qt, done, arg, e);
	char *url;

	if (t == NULL)
		return -1;
	url = qtest_url(qt, path);
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
