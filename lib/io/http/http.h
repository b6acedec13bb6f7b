#ifndef IO_HTTP_H
#define IO_HTTP_H

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"

/*
 * HTTP over libcurl's multi interface: many requests in flight in one thread,
 * one loop.  This is transport: a 404 is an answer here.  Retries and waits are in
 * io/retry.h.
 */
struct http;

struct http_conf {
	const char	*agent;		/* User-Agent */
	const char	*ca_file;	/* of --ca-file; NULL: the system's */
	const char	*proxy;		/* NULL: the environment's */
	int		 in_flight;	/* connections at most */
	int64_t		 connect_ms, idle_ms, total_ms;	/* 0: 30s 60s 300s */
	size_t		 max_body;	/* bytes of a body in memory; 0: 64 MB */
};

/* A request is a value; it is copied, so nothing must outlive the call. */
struct http_req {
	const char	*method;	/* NULL: GET */
	const char	*url;
	const char	*authorization;	/* whole header value; dropped when a
					   redirect leaves scheme+host+port */
	const char	*type;		/* Content-Type of the body */
	const char	*accept;	/* NULL: application/json */
	const char *const *headers;	/* further "Name: value", NULL-ended */
	const char	*body;
	size_t		 len;
	int		 sink;		/* > 0: the body of a 2xx goes to this fd,
					   as it comes: no encoding is asked for */
	int64_t		 sink_max;	/* bytes; 0: any number */
	int		 follow;	/* redirects followed at most; 0: none */
	int64_t		 total_ms;	/* 0: as configured */
};

enum http_end {
	HTTP_ANSWERED,		/* status is set and the body is whole */
	HTTP_UNSENT,		/* never reached the server: resolve, connect */
	HTTP_DOUBT		/* sent, but no whole answer: fate unknown */
};

struct http_rsp {
	enum http_end	 end;
	int		 status;
	struct buf	 body;		/* empty when it went to the sink */
	int64_t		 sink_len;
	char		 sink_hash[65];	/* sha256 of what went to the sink */
	char		 type[128];	/* Content-Type without parameters */
	char		 name[256];	/* file name of Content-Disposition */
	int64_t		 date_ms;	/* Date header, 0: none */
	int64_t		 retry_after;	/* seconds, -1: none; 0 is kept as 0 */
	int64_t		 left_minute, left_month; /* x-ratelimit-remaining-*, -1 */
	int64_t		 took_ms;
	int		 too_large;	/* body passed max_body or sink_max (DOUBT) */
	int		 sink_errno;	/* writing to the sink failed (DOUBT) */
	int		 untrusted;	/* its certificate is not believed (UNSENT) */
	int		 strayed;	/* a redirect led to another host, without
					   the authorization */
	char		 why[256];	/* transport error in words, redacted */
};

/* Called from http_wait; rsp and its body are the caller's until it returns. */
typedef void	 http_done(void *arg, struct http_rsp *);

/* --ca-file, for opt_set.tables of every program that opens one. */
struct opt *http_options(const char **ca_file);
/* ZX_NOINPUT: no such CA file; ZX_CONFIG: it holds no certificate. */
int	 http_open(struct http **, const struct http_conf *, struct err *);
void	 http_close(struct http *);	/* aborts what is in flight, silently */
int	 http_send(struct http *, const struct http_req *, http_done *,
	    void *arg, struct err *);
int	 http_flying(const struct http *);
void	 http_set_max_active(struct http *, int in_flight);
int64_t	 http_sent(const struct http *);	/* requests given to the wire */
/*
 * Wait at most ms for the network, for one of the n descriptors (revents are
 * set), or a signal; deliver finished requests to their callbacks.
 */
int	 http_wait(struct http *, int64_t ms, struct pollfd *, int n,
	    struct err *);
/* One request, waited for: for logins and probes. Free rsp->body. */
int	 http_once(struct http *, const struct http_req *, struct http_rsp *,
	    struct err *);

/* URLs are made, never pasted: percent-encodes s as one path segment or
   query value. */
void	 http_escape(struct buf *, const char *s);
/* 1 when both have the same scheme, host and port. */
int	 http_same_host(const char *url_a, const char *url_b);
/* Check and normalise a base URL (http or https, no user part, no trailing
   slash); ZX_CONFIG. Caller frees *out. */
int	 http_base(const char *url, char **out, struct err *);

#endif
