#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "domain/stream/stream.h"
#include "io/json/json_out.h"

static int
reject_open(struct reject *r, struct err *e)
{
	if (r->fd > 0)
		return 0;
	r->fd = open(r->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (r->fd == -1) {
		r->fd = 0;
		return err_sys(e, ZX_IO, "%s", r->path);
	}
	return 0;
}

/* Write a line at once, since several processes may share the file. */
static int
reject_write(struct reject *r, const char *s, size_t len, struct err *e)
{
	ssize_t n;

	while (len > 0) {
		n = write(r->fd, s, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, ZX_IO, "%s", r->path);
		s += n;
		len -= (size_t)n;
	}
	return 0;
}

int
reject_put(struct reject *r, const char *stream, const char *rule,
    const char *reason, const char *hash, int64_t line, const char *rec,
    size_t len, int rec_is_json, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	r->n++;
	if (r->path == NULL) {
		buf_printf(&b, "line %lld", (long long)line);
		log_warn(buf_str(&b), "%s set aside: %s: %s",
		    stream != NULL ? stream : "a line", rule, reason);
		buf_free(&b);
		return 0;
	}
	if (reject_open(r, e) == -1)
		return -1;
	json_out_open(&b, NULL, '{');
	json_out_str(&b, "type", "REJECT");
	json_out_str(&b, "stream", stream);
	json_out_str(&b, "rule", rule);
	json_out_str(&b, "reason", reason);
	json_out_str(&b, "hash", hash);
	json_out_int(&b, "line", line);
	if (rec != NULL && rec_is_json)
		json_out_raw(&b, "record", rec, len);
	else if (rec != NULL)
		json_out_strn(&b, "text", rec, len);
	buf_puts(&b, "}\n");
	rc = reject_write(r, b.s, b.len, e);
	buf_free(&b);
	return rc;
}

void
reject_close(struct reject *r)
{
	if (r->fd > 0)
		close(r->fd);
	r->fd = 0;
}
