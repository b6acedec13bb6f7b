#ifndef IO_NDJSON_H
#define IO_NDJSON_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Lines in, lines out.  A reader hands out one line at a time, borrowed until
 * the next call; a writer queues bytes and writes them without blocking.
 */
struct ndjson_in {
	int		 fd;
	const char	*name;		/* for messages: "stdin" */
	size_t		 max;		/* longest line allowed, bytes */
	int64_t		 line;		/* number of the line handed out, from 1 */
	int64_t		 offset;	/* of its first byte */
	int		 eof;		/* the end was read */
	int		 torn;		/* last line had no LF */
	struct buf	 b;
	size_t		 pos, scanned;
	int64_t		 base;		/* offset of b's first byte */
	int		 skipping;	/* inside a line that is too long */
};

enum { NDJSON_MAX = 64 * 1024 * 1024 };

/*
 * 1: a line (without LF, *len bytes, NUL-terminated); 0: end of input;
 * 2: nothing yet (the descriptor is non-blocking and dry; poll it);
 * 3: a line longer than max was passed over; -1: read failed (ZX_IO) or
 * a signal was seen (ZX_RETRY).
 */
int	 ndjson_next(struct ndjson_in *, const char **, size_t *len,
	    struct err *);
void	 ndjson_in_free(struct ndjson_in *);

struct ndjson_out {
	int		 fd;
	struct buf	 b;		/* what is not written yet */
	int64_t		 written;	/* bytes that left */
	int		 pipe_closed;	/* EPIPE was seen */
};

/* Sets O_NONBLOCK on a pipe or socket; whatever way the process leaves (but
   for kill -9), the flags are put back. */
void	 ndjson_out_open(struct ndjson_out *, int fd);
/* Queue a line (LF added). */
void	 ndjson_put(struct ndjson_out *, const char *, size_t);
/*
 * Write what goes without blocking, pieces <= PIPE_BUF into a pipe.
 * 0: all gone; 1: some left, poll for POLLOUT; -1: failed: ZX_IO, or
 * pipe_closed is set and the caller leaves by sig_leave(SIGPIPE).
 */
int	 ndjson_push(struct ndjson_out *, struct err *);
/* Block until all is gone (or a signal is seen: ZX_RETRY). */
int	 ndjson_flush(struct ndjson_out *, struct err *);
void	 ndjson_out_free(struct ndjson_out *);	/* restores the fd's flags */

#endif
