#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/sig.h"
#include "io/ndjson.h"

enum { NDJSON_READ = 64 * 1024 };

static int
ndjson_signal(const struct ndjson_in *in, struct err *e)
{
	return err_set(e, ZX_RETRY, "%s: stopped by a signal at line %lld",
	    in->name, (long long)in->line);
}

/* Wait until there is something to read; a signal ends the wait. */
static int
ndjson_wait(struct ndjson_in *in, struct err *e)
{
	struct pollfd p[2] = {
		{ .fd = in->fd, .events = POLLIN },
		{ .fd = sig_fd(), .events = POLLIN }
	};

	while (!sig_seen()) {
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			return err_sys(e, ZX_IO, "%s", in->name);
		if (p[0].revents != 0 && !sig_seen())
			return 0;
	}
	return ndjson_signal(in, e);
}

/* One read(2) more: 1 there is some, 0 end, 2 dry, -1. */
static int
ndjson_fill(struct ndjson_in *in, struct err *e)
{
	int dry_ok = fcntl(in->fd, F_GETFL) & O_NONBLOCK;
	ssize_t n;

	if (in->pos > 0) {
		buf_drop(&in->b, in->pos);
		in->base += (int64_t)in->pos;
		in->scanned -= in->pos;
		in->pos = 0;
	}
	buf_room(&in->b, NDJSON_READ);
	for (;;) {
		if (!dry_ok && ndjson_wait(in, e) == -1)
			return -1;
		n = read(in->fd, in->b.s + in->b.len, NDJSON_READ);
		if (n >= 0)
			break;
		if (sig_seen())
			return ndjson_signal(in, e);
		if (errno == EAGAIN)
			return 2;
		if (errno != EINTR)
			return err_sys(e, ZX_IO, "%s", in->name);
	}
	in->b.len += (size_t)n;
	in->b.s[in->b.len] = '\0';
	return n > 0;
}

/* Hand out n bytes from pos on, which an LF or the end follows. */
static int
ndjson_take(struct ndjson_in *in, size_t n, int lf, const char **line,
    size_t *len)
{
	size_t max = in->max > 0 ? in->max : NDJSON_MAX;
	int skipped = in->skipping || n > max;

	*line = in->b.s + in->pos;
	*len = n;
	in->b.s[in->pos + n] = '\0';
	if (!in->skipping) {
		in->line++;
		in->offset = in->base + (int64_t)in->pos;
	}
	in->skipping = 0;
	in->torn = !lf;
	in->pos += n + (size_t)lf;
	in->scanned = in->pos;
	return skipped ? 3 : 1;
}

/* No LF in sight and too long already: forget what is there. */
static void
ndjson_skip(struct ndjson_in *in)
{
	size_t max = in->max > 0 ? in->max : NDJSON_MAX;

	if (!in->skipping) {
		if (in->b.len - in->pos <= max)
			return;
		in->skipping = 1;
		in->line++;
		in->offset = in->base + (int64_t)in->pos;
	}
	in->pos = in->scanned = in->b.len;
}

int
ndjson_next(struct ndjson_in *in, const char **line, size_t *len,
    struct err *e)
{
	const char *lf;
	int rc;

	for (;;) {
		lf = in->scanned == in->b.len ? NULL :
		    memchr(in->b.s + in->scanned, '\n',
		    in->b.len - in->scanned);
		if (lf != NULL)
			return ndjson_take(in,
			    (size_t)(lf - in->b.s) - in->pos, 1, line, len);
		in->scanned = in->b.len;
		ndjson_skip(in);
		if (in->eof && (in->skipping || in->b.len > in->pos))
			return ndjson_take(in, in->b.len - in->pos, 0, line,
			    len);
		if (in->eof)
			return 0;
		if ((rc = ndjson_fill(in, e)) == 0)
			in->eof = 1;
		else if (rc != 1)
			return rc;
	}
}

void
ndjson_in_free(struct ndjson_in *in)
{
	buf_free(&in->b);
	in->pos = in->scanned = 0;
}
