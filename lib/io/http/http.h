#pragma once

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"

/*
 * HTTP over libcurl's multi interface: many requests in flight in one thread and one
 * loop.  A proxy is used as the environment says (http_proxy and so on).  This is
 * transport alone: a 404 is an answer, and nothing is sent again (io/retry.h decides
 * that).
 */
struct http;

/* The settings of a client, which are copied. */
struct http_conf {
	const char	*ca_file;	/* CA bundle; NULL: that of the system */
	int		 in_flight;	/* most requests in flight */
	int64_t		 idle_ms;	/* longest time without a byte; 0: 60 s */
	int64_t		 total_ms;	/* longest time of a request; 0: 300 s */
	size_t		 max_body;	/* most bytes of a body in memory; 0: 64 MB */
};

/*
 * Write at most n bytes of a body, from offset at on, to `to`; return how many, or -1, which
 * aborts the request.  The server then gets an incomplete request.
 */
typedef int64_t	 http_source(void *arg, int64_t at, char *to, size_t n);

/* A request.  Everything in it is copied, except what source_arg points to. */
struct http_req {
	const char	*method;	/* NULL: GET */
	const char	*url;
	const char	*authorization;	/* the header's value; not sent after a redirect
					   to another scheme, host or port */
	const char	*type;		/* Content-Type of the body */
	const char	*accept;	/* NULL: application/json */
	const char	*header;	/* one more header, "Name: value", or NULL */
	const char	*body;		/* or NULL */
	size_t		 len;		/* of body, or of what source gives */
	http_source	*source;	/* gives the body in place of .body, or NULL */
	void		*source_arg;
	int		 sink;		/* > 0: the body of a 2xx is written to this
					   descriptor, without content encoding */
	int64_t		 sink_max;	/* most bytes for the sink; 0: no limit */
	int		 follow;	/* most redirects to follow, for a GET */
	int64_t		 total_ms;	/* longest time; 0: as in http_conf */
};

enum http_end {
	HTTP_ANSWERED,		/* status is set and the body is complete */
	HTTP_UNSENT,		/* no byte was sent: resolving or connecting failed */
	HTTP_DOUBT		/* sent, but not completely answered: in doubt */
};

struct http_rsp {
	enum http_end	 end;
	int		 status;	/* 0: no status line was read */
	struct buf	 body;		/* empty if it was written to the sink */
	int64_t		 sink_len;	/* bytes written to the sink */
	char		 sink_hash[65];	/* their SHA-256 in hex */
	char		 type[128];	/* Content-Type without parameters, or "" */
	char		 name[256];	/* file name in Content-Disposition, or "" */
	int64_t		 date_ms;	/* Date, ms since 1970; 0: none */
	int64_t		 retry_after;	/* Retry-After in seconds; -1: none */
	int64_t		 left_minute, left_month; /* x-ratelimit-remaining-*; -1: none */
	int64_t		 took_ms;	/* duration, with redirects */
	int		 too_large;	/* more bytes than max_body or sink_max allow;
					   end is HTTP_DOUBT */
	int		 sink_errno;	/* errno of the sink; end is HTTP_DOUBT */
	int		 untrusted;	/* the server's certificate cannot be verified;
					   end is HTTP_UNSENT */
	int		 left_host;	/* a redirect led to another host, so the
					   authorization was not sent */
	char		 why[256];	/* text of the error, without secrets */
};

/* Called by http_wait with the arg of http_send.  The body is freed when it returns. */
typedef void	 http_done(void *arg, struct http_rsp *rsp);

/* Return the option --ca-file, which sets *ca_file, for opt_set.tables. */
struct opt *http_options(const char **ca_file);
/* Set *h to a new client, which the caller closes.  Returns -1 with e set for a CA file
   that is missing (ZX_NOINPUT) or has no certificate (ZX_CONFIG). */
int	 http_open(struct http **h, const struct http_conf *c, struct err *e);
/* Close h (or NULL).  Requests in flight are aborted and their done is not called. */
void	 http_close(struct http *h);
/* Send rq when fewer than max_active requests are in flight; http_wait calls done once.
   Returns -1 (ZX_CONFIG) for a line break in the URL or a header. */
int	 http_send(struct http *h, const struct http_req *rq, http_done *done,
	    void *arg, struct err *e);
/* Set the largest number of requests in flight, at least 1. */
void	 http_set_max_active(struct http *h, int in_flight);
/* Return the number of requests sent so far, repetitions by libcurl included. */
int64_t	 http_sent(const struct http *h);
/*
 * Wait at most ms for the network, for one of the n descriptors at fds (at most 16; sets
 * revents), or for a signal, and call done of each request that ended.
 */
int	 http_wait(struct http *h, int64_t ms, struct pollfd *fds, int n,
	    struct err *e);
/* Send one request and wait for its end.  Returns -1 if it cannot be sent or a signal came
   (ZX_RETRY).  The caller frees rsp->body. */
int	 http_once(struct http *h, const struct http_req *rq, struct http_rsp *rsp,
	    struct err *e);

/* Append s, percent-encoded as one segment of a path or one value of a query. */
void	 http_escape(struct buf *b, const char *s);
/* Return 1 if both URLs have the same scheme, host and port. */
int	 http_same_host(const char *url_a, const char *url_b);
/* Check that url is http or https without user, query and fragment, and set *out to it
   without slashes at the end; the caller frees *out.  Returns -1 (ZX_CONFIG) otherwise.
   Warns of plain http to another host. */
int	 http_base(const char *url, char **out, struct err *e);
