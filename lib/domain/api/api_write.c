#include <stdlib.h>

#include "base/time.h"
#include "domain/api/api.h"
#include "domain/api/api_write.h"

/* Slowest upload of a file that is not aborted, in bytes per ms. */
enum { FILE_BYTES_MS = 64 };

void
api_write_free(struct api_write *w)
{
	if (w == NULL)
		return;
	free(w->body);
	free(w->type);
	free(w->header);
	free(w);
}

/*
 * Give a part of a file.  A process that slept until after its lease must not complete the
 * upload, because another process may have sent the file: the request stays incomplete.
 */
static int64_t
on_file(void *arg, int64_t at, char *to, size_t n)
{
	const struct api_request *rq = arg;
	const struct api *a = rq->api;

	if (a->write_until_ms != 0 && time_mono_ms() > a->write_until_ms)
		return -1;
	return rq->write->source(rq->write->source_arg, at, to, n);
}

void
api_write_fill(struct api_request *rq, struct http_req *hr)
{
	const struct api_write *w = rq->write;

	hr->method = w->method;
	hr->body = w->body;
	hr->len = w->len;
	hr->header = w->header;
	hr->type = w->type != NULL ? w->type : w->body != NULL ? "application/json" : NULL;
	if (w->source == NULL)
		return;
	hr->source = on_file;
	hr->source_arg = rq;
	hr->total_ms += (int64_t)w->len / FILE_BYTES_MS;
}
