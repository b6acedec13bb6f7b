#ifndef DOMAIN_QTEST_IMPL_H
#define DOMAIN_QTEST_IMPL_H

#include "domain/api/api.h"
#include "domain/api/qtest.h"

/* Between the files of the qTest client only. */
struct qtest_request {
	struct api_request rq;		/* first */
	qtest_done	*done;		/* NULL: no callback */
	void		*arg;
	struct json	 doc;		/* body of the answer */
	struct err	 parse;		/* why it could not be parsed; code 0 */
};

struct qtest {
	struct api	 api;		/* first */
	int64_t		 project;
	char		*username, *password;	/* NULL: an API token is used */
};

/* qtest_judge.c: the dialect. */
extern const struct api_ops qtest_ops;
/* qtest_auth.c: get a token by the password grant. */
int	 qtest_login(struct api *, struct err *);
/* qtest_reply.c: describe an error body of any shape for people. */
void	 qtest_why(char *out, size_t n, int status, const char *type,
	    const struct buf *body);

#endif
