#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/sig.h"
#include "io/ndjson.h"

enum { NDJSON_PIECE = 64 * 1024 };

/*
 * Flags belong to the open file, which the shell and other processes share:
 * what we changed must be put back.  One writer a process in practice.
 */
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
	buf_room(&o->b, len + 1);
	buf_add(&o->b, line, len);
	buf_putc(&o->b, '\n');
}

/* Pieces a pipe takes whole or not at all; bigger ones elsewhere. */
static size_t
ndjson_piece(int fd)
{
	struct stat st;

	return fstat(fd, &st) == -1 || S_ISFIFO(st.st_mode) ||
	    S_ISSOCK(st.st_mode) ? PIPE_BUF : NDJSON_PIECE;
}

int
ndjson_push(struct ndjson_out *o, struct err *e)
{
	size_t pos = 0, piece;
	ssize_t n = 0;

	if (o->b.len == 0)
		return 0;
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
	o->written += (int64_t)pos;
	if (n == -1 && errno != EAGAIN && errno != EINTR) {
		o->pipe_closed = errno == EPIPE;
		err_sys(e, ZX_IO, "writing");
		buf_drop(&o->b, pos);
		return -1;
	}
	buf_drop(&o->b, pos);
	return o->b.len > 0;
}

int
ndjson_flush(struct ndjson_out *o, struct err *e)
{
	struct pollfd p[2] = {
		{ .fd = o->fd, .events = POLLOUT },
		{ .fd = sig_fd(), .events = POLLIN }
	};
	int rc;

	while ((rc = ndjson_push(o, e)) == 1) {
		if (sig_seen())
			return err_set(e, ZX_RETRY, "stopped by a signal "
			    "with %zu bytes unwritten", o->b.len);
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			return err_sys(e, ZX_IO, "writing");
	}
	return rc;
}

void
ndjson_out_free(struct ndjson_out *o)
{
	buf_free(&o->b);
	ndjson_restore();
}
