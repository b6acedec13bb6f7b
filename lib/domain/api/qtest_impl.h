#ifndef DOMAIN_QTEST_IMPL_H
#define DOMAIN_QTEST_IMPL_H

#include "domain/api/qtest.h"

/* Between the files of the qTest client only. */
struct qtest_req {
	struct qtest_req *next;
	struct qtest	*qt;
	char		 method[8];
	char		*path, *url, *body;
	size_t		 len;
	qtest_done	*done;
	void		*arg;
	int		 is_write, attempt, renewed;
	int64_t		 gen;		/* of the token that it left with */
	int64_t		 at_ms;		/* leaves no earlier (monotonic) */
};

struct qtest {
	struct qtest_conf conf;
	char		*token, *username, *password;	/* what conf points at */
	char		*base;		/* https://host[/context] */
	char		*auth;		/* Authorization header value */
	int64_t		 renew_ms;	/* when to ask for the next token, 0: never */
	int64_t		 gen;		/* tokens had so far */
	int		 stale;		/* a 401 was seen for the current one */
	struct http	*http;
	struct retry_policy	 patience;
	struct qtest_req *head, **tail;	/* what waits to leave */
	struct qtest_req *flight;	/* what has left */
	int		 waiting, flying;
	int64_t		 next_us;	/* when the rate lets the next one go */
	int64_t		 write_by;	/* qtest_lease */
	int64_t		 left_minute, left_month;
	int64_t		 left;		/* requests that were told to leave */
	int64_t		 told;		/* requests that the shared row knows of */
	struct err	 fail;		/* code 0: none */
};

/* qtest.c: the first failure that ends the run is kept; wait to leave;
   call back and forget. */
void	 qtest_fail(struct qtest *, const struct err *);
void	 qtest_push(struct qtest *, struct qtest_req *);
void	 qtest_finish(struct qtest_req *, struct qtest_reply *);
void	 qtest_finish_bare(struct qtest_req *, enum qtest_end, int status,
	    const char *why);
/* qtest_judge.c: what an answer means: call back, or push again. */
void	 qtest_judge(struct qtest_req *, struct http_rsp *);
/* qtest_auth.c: a token, by the password grant when there is no API token. */
int	 qtest_login(struct qtest *, struct err *);
/* qtest_reply.c: what an error body says, defensively, for people. */
void	 qtest_why(char *out, size_t n, int status, const char *type,
	    const struct buf *body);
/* The code point of a named character reference, 0: none such. */
uint32_t qtest_entity(const char *name, size_t len);

#endif
