#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "base/mem.h"
#include "io/ndjson.h"

static int
accept_line(struct accept *a, const char *s, size_t len, struct err *e)
{
	struct accepted *x;

	a->v = mem_grow(a->v, (size_t)a->n + 1, sizeof(*a->v));
	x = &a->v[a->n];
	memset(x, 0, sizeof(*x));
	if (json_parse(&x->line, s, len, NULL, e) == -1)
		return -1;
	a->n++;
	x->stream = json_str(&x->line, "stream");
	x->key = json_str(&x->line, "key");
	x->rule = json_str(&x->line, "rule");
	x->reason = json_str(&x->line, "reason");
	x->owner = json_str(&x->line, "owner");
	if (x->stream == NULL || stream_find(x->stream) == -1 || x->key == NULL ||
	    x->rule == NULL || x->reason == NULL || x->owner == NULL)
		return err_set(e, ZX_CONFIG, "stream, key, rule, reason and owner are required");
	return 0;
}

int
accept_read(struct accept *a, const char *path, struct err *e)
{
	struct ndjson_in in = { .name = path };
	const char *s;
	size_t len;
	int rc;

	if ((in.fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return err_sys(e, ZX_NOINPUT, "%s", path);
	while ((rc = ndjson_next(&in, &s, &len, e)) == NDJSON_LINE)
		if (len > 0 && accept_line(a, s, len, e) == -1) {
			e->code = ZX_CONFIG;
			rc = err_at(e, "%s:%" PRId64, path, in.line);
			break;
		}
	if (rc == NDJSON_LONG)
		rc = err_set(e, ZX_CONFIG, "%s:%" PRId64 ": the line is too long", path, in.line);
	close(in.fd);
	ndjson_in_free(&in);
	return rc == -1 ? -1 : 0;
}

const struct accepted *
accept_find(const struct accept *a, const char *stream, const char *key, const char *other,
    const char *rule)
{
	struct accepted *x;

	for (x = a->v; x < a->v + a->n; x++)
		if (strcmp(x->stream, stream) == 0 && strcmp(x->rule, rule) == 0 &&
		    (strcmp(x->key, "*") == 0 || strcmp(x->key, key) == 0 ||
		    strcmp(x->key, other) == 0)) {
			x->met++;
			return x;
		}
	return NULL;
}

void
accept_free(struct accept *a)
{
	while (a->n > 0)
		json_free(&a->v[--a->n].line);
	free(a->v);
	a->v = NULL;
}
