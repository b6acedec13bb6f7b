#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/sig.h"
#include "io/ndjson.h"

enum { NDJSON_READ = 64 * 1024 };	/* bytes of one read(2) */

/* Set e after a signal; returns -1. */
static int
ndjson_signal(const struct ndjson_in *in, struct err *e)
{
	return err_set(e, ZX_RETRY, "%s: stopped by a signal at line %lld",
	    in->name, (long long)in->line);
}

/* Wait until the descriptor is readable; a signal ends the wait with -1. */
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

/* Read more; returns NDJSON_LINE if there are new bytes. */
static enum ndjson_found
ndjson_fill(struct ndjson_in *in, struct err *e)
{
	int nonblocking = fcntl(in->fd, F_GETFL) & O_NONBLOCK;
	ssize_t n;

	if (in->pos > 0) {
		buf_drop(&in->b, in->pos);
		in->scanned -= in->pos;
		in->pos = 0;
	}
	buf_reserve(&in->b, NDJSON_READ);
	for (;;) {
		if (!nonblocking && ndjson_wait(in, e) == -1)
			return NDJSON_FAILED;
		n = read(in->fd, in->b.s + in->b.len, NDJSON_READ);
		if (n >= 0)
			break;
		if (sig_seen())
			return (enum ndjson_found)ndjson_signal(in, e);
		if (errno == EAGAIN)
			return NDJSON_LATER;
		if (errno != EINTR)
			return (enum ndjson_found)err_sys(e, ZX_IO, "%s", in->name);
	}
	in->b.len += (size_t)n;
	in->b.s[in->b.len] = '\0';
	return n > 0 ? NDJSON_LINE : NDJSON_END;
}

/* Hand out the n bytes from pos on; lf is 1 if an LF follows, 0 for the end. */
static enum ndjson_found
ndjson_hand_out(struct ndjson_in *in, size_t n, int lf, const char **line,
    size_t *len)
{
	size_t max = in->max > 0 ? in->max : NDJSON_MAX;
	int skipped = in->skipping || n > max;

	*line = in->b.s + in->pos;
	*len = n;
	in->b.s[in->pos + n] = '\0';
	in->line += !in->skipping;
	in->skipping = 0;
	in->torn = !lf;
	in->pos += n + (size_t)lf;
	in->scanned = in->pos;
	return skipped ? NDJSON_LONG : NDJSON_LINE;
}

/* Drop the bytes of a line without an LF so far if it is longer than max. */
static void
ndjson_skip(struct ndjson_in *in)
{
	size_t max = in->max > 0 ? in->max : NDJSON_MAX;

	if (!in->skipping) {
		if (in->b.len - in->pos <= max)
			return;
		in->skipping = 1;
		in->line++;
	}
	in->pos = in->scanned = in->b.len;
}

enum ndjson_found
ndjson_next(struct ndjson_in *in, const char **line, size_t *len,
    struct err *e)
{
	enum ndjson_found found;
	const char *lf;

	for (;;) {
		lf = in->scanned == in->b.len ? NULL :
		    memchr(in->b.s + in->scanned, '\n',
		    in->b.len - in->scanned);
		if (lf != NULL)
			return ndjson_hand_out(in,
			    (size_t)(lf - in->b.s) - in->pos, 1, line, len);
		in->scanned = in->b.len;
		ndjson_skip(in);
		if (in->eof && (in->skipping || in->b.len > in->pos))
			return ndjson_hand_out(in, in->b.len - in->pos, 0, line,
			    len);
		if (in->eof)
			return NDJSON_END;
		if ((found = ndjson_fill(in, e)) == NDJSON_END)
			in->eof = 1;
		else if (found != NDJSON_LINE)
			return found;
	}
}

void
ndjson_in_free(struct ndjson_in *in)
{
	buf_free(&in->b);
	in->pos = in->scanned = 0;
}
