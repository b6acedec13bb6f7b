#pragma once

#include "domain/api/api.h"
#include "domain/api/zephyr.h"

/* Between the dialects of Zephyr and Jira only. */
struct zephyr {
	struct api	 api;		/* first */
};

struct zephyr_request {
	struct api_request rq;		/* first */
	zephyr_done	*done;
	void		*arg;
	int		 faults, accept;
	enum zephyr_how	 how;
	int		 fd;		/* > 0: a file */
};

/* The functions of struct api_ops, which both dialects share except describe. */
int	 zephyr_request_prepare(struct api_request *, struct http_req *, struct err *);
enum retry_verdict zephyr_request_judge(struct api_request *, struct http_rsp *,
	    enum retry_verdict);
int	 zephyr_request_is_readable(struct api_request *, struct http_rsp *);
void	 zephyr_request_deliver(struct api_request *, struct http_rsp *,
	    enum retry_verdict, const struct err *);
/* Return 1 and describe it in e if a redirection led to a host that gets no token, else
   0. */
int	 zephyr_strayed(const struct api_request *, const struct http_rsp *, struct err *);
