#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "domain/stream/reject.h"
#include "io/json/json_out.h"

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
	if (r->fd <= 0 &&
	    (r->fd = open(r->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) == -1)
		return err_sys(e, ZX_IO, "%s", r->path);
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
	/* a line at once, since several processes may share the file */
	rc = file_write(r->fd, b.s, b.len) == -1 ? err_sys(e, ZX_IO, "%s", r->path) : 0;
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
