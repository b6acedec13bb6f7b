#pragma once

#include "base/buf.h"
#include "base/err.h"

/* Lines from a descriptor and lines to one. */

/* A reader.  The caller sets fd, name and max; all else is zero at first. */
struct ndjson_in {
	int		 fd;
	const char	*name;		/* for messages: "stdin" */
	size_t		 max;		/* longest line allowed, bytes; 0: NDJSON_MAX */
	int64_t		 line;		/* number of the line read last, from 1 */
	int		 eof;		/* the end of the input was read */
	int		 torn;		/* the line read last had no LF */
	struct buf	 b;		/* bytes read; those before pos were handed out, */
	size_t		 pos, scanned;	/* those before scanned have no further LF */
	int		 skipping;	/* inside a line longer than max */
};

enum { NDJSON_MAX = 64 * 1024 * 1024 };

/* What ndjson_next found. */
enum ndjson_found {
	NDJSON_FAILED = -1,	/* read(2) failed (ZX_IO) or a signal came (ZX_RETRY) */
	NDJSON_END,		/* the end of the input */
	NDJSON_LINE,		/* a line */
	NDJSON_LATER,		/* nothing yet: fd is non-blocking, poll it */
	NDJSON_LONG		/* a line longer than max, which was skipped */
};
/* Set *line to the next line, without its LF and with a NUL behind it, and *len to its
   length.  It is valid until the next call. */
enum ndjson_found ndjson_next(struct ndjson_in *in, const char **line, size_t *len,
	    struct err *e);
void	 ndjson_in_free(struct ndjson_in *in);

/* A writer.  It queues lines and writes them without blocking. */
struct ndjson_out {
	int		 fd;
	struct buf	 b;		/* bytes that are not written yet */
	int		 pipe_closed;	/* write(2) failed with EPIPE */
};

/* What ndjson_push did. */
enum ndjson_pushed { NDJSON_BROKEN = -1, NDJSON_ALL, NDJSON_PART };

/* Begin to write to fd.  A pipe or socket is made non-blocking until ndjson_out_free or the
   end of the process, unless it is killed. */
void	 ndjson_out_open(struct ndjson_out *o, int fd);
/* Queue a line of len bytes; an LF is added. */
void	 ndjson_put(struct ndjson_out *o, const char *line, size_t len);
/*
 * Write all that is possible without blocking.  NDJSON_PART: poll for POLLOUT.
 * NDJSON_BROKEN: e is set (ZX_IO); if pipe_closed is set, the caller ends the process
 * with sig_leave(SIGPIPE).
 */
enum ndjson_pushed ndjson_push(struct ndjson_out *o, struct err *e);
/* Write all, waiting as necessary.  Returns -1 as ndjson_push, or if a signal comes
   (ZX_RETRY). */
int	 ndjson_flush(struct ndjson_out *o, struct err *e);
/* Restore the flags of the descriptor and free the queue. */
void	 ndjson_out_free(struct ndjson_out *o);
