#ifndef MOCK_SERVER_REPLY_H
#define MOCK_SERVER_REPLY_H

#include <stdint.h>

#include "base/buf.h"

enum { REPLY_HEADERS = 8 };

/* What goes back.  Zeroed is an empty 200 of JSON. */
struct reply {
	int		 status;		/* 0: 200 */
	const char	*type;			/* NULL: application/json */
	struct buf	 body;
	struct buf	 file;			/* Content-Disposition name */
	char		*header[REPLY_HEADERS][2];
	int		 nheader;
};

void	 reply_header(struct reply *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void	 reply_free(struct reply *);
/* The error shapes of both sides; what was in the body is dropped. */
void	 reply_zephyr(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));	/* {errorCode,message} */
void	 reply_qtest(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));	/* {message} */
void	 reply_html(struct reply *, int status, const char *title);
/* A {"message":...} with status 200, as some qTest deletes answer. */
void	 reply_message(struct reply *, const char *);

#endif
