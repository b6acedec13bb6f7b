#include <errno.h>
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
	struct json v = { 0 };
	struct accepted *x;
	int i;

	if (json_parse(&v, s, len, NULL, e) == -1)
		return -1;
	a->v = mem_grow(a->v, (size_t)a->n + 1, sizeof(*a->v));
	x = &a->v[a->n++];
	x->met = 0;
	x->stream = mem_dup(json_str(&v, "stream"));
	x->key = mem_dup(json_str(&v, "key"));
	x->rule = mem_dup(json_str(&v, "rule"));
	x->reason = mem_dup(json_str(&v, "reason"));
	x->owner = mem_dup(json_str(&v, "owner"));
	json_free(&v);
	i = x->stream != NULL ? stream_find(x->stream) : -1;
	if (i == -1 || x->key == NULL || x->rule == NULL || x->reason == NULL ||
	    x->owner == NULL)
		return err_set(e, ZX_CONFIG, "stream, key, rule, reason and owner are needed");
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
	if (rc == 3)
		rc = err_set(e, ZX_CONFIG, "%s:%" PRId64 ": too long", path, in.line);
	close(in.fd);
	ndjson_in_free(&in);
	return rc == -1 ? -1 : 0;
}

const struct accepted *
accept_difference(struct accept *a, const char *stream, const char *key, const char *other,
    const char *what)
{
	struct accepted *x;

	for (x = a->v; x < a->v + a->n; x++)
		if (strcmp(x->stream, stream) == 0 && strcmp(x->rule, what) == 0 &&
		    (strcmp(x->key, "*") == 0 || strcmp(x->key, key) == 0 ||
		    strcmp(x->key, other) == 0)) {
			x->met++;
			return x;
		}
	return NULL;
}

const struct accepted *
accept_find(const struct accept *a, enum stream s, const char *key,
    const char *rule)
{
	const struct accepted *x;

	for (x = a->v; x < a->v + a->n; x++)
		if (strcmp(x->stream, stream_name(s)) == 0 && strcmp(x->rule, rule) == 0 &&
		    (strcmp(x->key, "*") == 0 || strcmp(x->key, key) == 0))
			return x;
	return NULL;
}

void
accept_free(struct accept *a)
{
	struct accepted *x;

	for (x = a->v; x < a->v + a->n; x++) {
		free(x->stream);
		free(x->key);
		free(x->rule);
		free(x->reason);
		free(x->owner);
	}
	free(a->v);
	memset(a, 0, sizeof(*a));
}
