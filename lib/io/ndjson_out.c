#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/sig.h"
#include "io/ndjson.h"

enum { NDJSON_PIECE = 64 * 1024 };	/* bytes of one write(2), but for pipes */

/* Descriptors whose flags were changed.  The shell and other processes share the open
   file and its flags, so they must be restored. */
static struct {
	volatile int	 fd, flags;
} changed[4];
static volatile int nchanged;

static void
ndjson_restore(void)
{
	while (nchanged > 0) {
		nchanged--;
		fcntl(changed[nchanged].fd, F_SETFL, changed[nchanged].flags);
	}
}

void
ndjson_out_open(struct ndjson_out *o, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	*o = (struct ndjson_out){ .fd = fd };
	if (flags == -1 || (flags & O_NONBLOCK) || fstat(fd, &st) == -1 ||
	    !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) ||
	    nchanged == (int)(sizeof(changed) / sizeof(changed[0])))
		return;
	changed[nchanged].fd = fd;
	changed[nchanged].flags = flags;
	nchanged++;
	exit_guard(ndjson_restore);
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void
ndjson_put(struct ndjson_out *o, const char *line, size_t len)
{
	buf_reserve(&o->b, len + 1);
	buf_add(&o->b, line, len);
	buf_putc(&o->b, '\n');
}

/* Return how many bytes to write at once: a pipe takes up to PIPE_BUF wholly or not. */
static size_t
ndjson_piece(int fd)
{
	struct stat st;

	return fstat(fd, &st) == -1 || S_ISFIFO(st.st_mode) ||
	    S_ISSOCK(st.st_mode) ? PIPE_BUF : NDJSON_PIECE;
}

enum ndjson_pushed
ndjson_push(struct ndjson_out *o, struct err *e)
{
	size_t pos = 0, piece;
	ssize_t n = 0;

	if (o->b.len == 0)
		return NDJSON_ALL;
	piece = ndjson_piece(o->fd);
	while (pos < o->b.len) {
		n = write(o->fd, o->b.s + pos, o->b.len - pos < piece ?
		    o->b.len - pos : piece);
		if (n > 0)
			pos += (size_t)n;
		else if (n == -1 && errno != EINTR)
			break;
		else if (sig_seen())
			break;
	}
	if (n == -1 && errno != EAGAIN && errno != EINTR) {
		o->pipe_closed = errno == EPIPE;
		err_sys(e, ZX_IO, "standard output");
		buf_drop(&o->b, pos);
		return NDJSON_BROKEN;
	}
	buf_drop(&o->b, pos);
	return o->b.len > 0 ? NDJSON_PART : NDJSON_ALL;
}

int
ndjson_flush(struct ndjson_out *o, struct err *e)
{
	struct pollfd p[2] = {
		{ .fd = o->fd, .events = POLLOUT },
		{ .fd = sig_fd(), .events = POLLIN }
	};
	enum ndjson_pushed rc;

	while ((rc = ndjson_push(o, e)) == NDJSON_PART) {
		if (sig_seen())
			return err_set(e, ZX_RETRY, "stopped by a signal "
			    "with %zu bytes unwritten", o->b.len);
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			return err_sys(e, ZX_IO, "standard output");
	}
	return rc == NDJSON_ALL ? 0 : -1;
}

void
ndjson_out_free(struct ndjson_out *o)
{
	buf_free(&o->b);
	ndjson_restore();
}
