#pragma once

#include "domain/api/api.h"
#include "domain/api/qtest.h"

/* Between the files of the qTest dialect only. */
struct qtest_request {
	struct api_request rq;		/* first */
	qtest_done	*done;		/* NULL: no callback */
	void		*arg;
	struct json	 doc;		/* body of the answer */
	struct err	 parse;		/* why it could not be parsed; code 0: it was */
	int		 sink;		/* of a download: gets its bytes; 0: no download */
	int64_t		 size;		/* of a download: expected bytes */
};

struct qtest {
	struct api	 api;		/* first */
	int64_t		 project;
	char		*username, *password;	/* NULL: an API token is used */
	enum qtest_integration integration;
};

/* qtest_judge.c: the functions of the dialect. */
extern const struct api_ops qtest_ops;
/* qtest_auth.c: sign in with user name and password, and set the token: 0, or -1. */
int	 qtest_login(struct api *, struct err *);
/* qtest_reply.c: write a description of an error answer to out, of size n. */
void	 qtest_why(char *out, size_t n, int status, const char *type,
	    const struct buf *body);
