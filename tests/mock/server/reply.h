#pragma once

#include <stdint.h>

#include "base/buf.h"

#include "server/content.h"

enum { REPLY_HEADERS = 8 };

/* An answer.  A zeroed one is an empty 200 of type JSON. */
struct reply {
	int		 status;		/* 0: 200 */
	const char	*type;			/* NULL: application/json */
	struct buf	 body;
	struct content	*file;			/* what is sent in place of the body, */
	uint64_t	 file_len;		/* and how much of it; or NULL */
	char		*header[REPLY_HEADERS][2];
	int		 nheader;
};

/* Add a header, unless the reply has REPLY_HEADERS of them already. */
void	 reply_header(struct reply *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void	 reply_free(struct reply *);
/* Set the status and replace the body by the server's form of an error. */
void	 reply_zephyr(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));	/* {errorCode,message} */
void	 reply_qtest(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));	/* {message}; deletes use it with 200 */
void	 reply_jira(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));	/* {errorMessages,errors} */
void	 reply_html(struct reply *, int status, const char *title);
