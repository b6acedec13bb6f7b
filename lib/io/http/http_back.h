#pragma once

#include <sys/queue.h>

#include <curl/curl.h>

#include "io/hash.h"
#include "io/http/http.h"

/* What the files http*.c share; no other file includes it. */
enum {
	HTTP_IDLE = 64,		/* most handles kept for further requests */
	HTTP_FDS = 16,		/* most descriptors of one http_wait */
	HTTP_CONNECT_MS = 30000	/* longest time to connect */
};

/* One request, with copies of all that the caller gave. */
struct transfer {
	TAILQ_ENTRY(transfer)	 link;		/* in active or queued */
	struct http		*h;
	CURL			*easy;		/* NULL while it is queued */
	char			*method, *url, *authorization, *body;
	size_t			 len;		/* of body, or of what source gives */
	http_source		*source;	/* these two are as in struct http_req */
	void			*source_arg;
	int64_t			 source_at;	/* bytes that source gave so far */
	struct curl_slist	*headers;
	int			 is_write;	/* anything but GET and HEAD */
	int			 sink, follow;	/* as in struct http_req */
	int64_t			 sink_max, total_ms;
	int64_t			 began;		/* monotonic, ms; 0: not yet */
	int			 sends;		/* times that libcurl was about to send it */
	struct hash		*hash;		/* of the bytes for the sink, or NULL */
	struct http_rsp		 rsp;
	http_done		*done;
	void			*arg;		/* of done */
	char			 error_text[CURL_ERROR_SIZE];
};

TAILQ_HEAD(transfers, transfer);

struct http {
	CURLM			*multi;
	char			*ca_file;	/* these are as in struct http_conf */
	int64_t			 idle_ms, total_ms;
	size_t			 max_body;
	int			 max_active;	/* most transfers in flight */
	int			 n_active, n_queued;	/* lengths of the two lists */
	int64_t			 sent;		/* requests sent so far */
	int64_t			 n_done;	/* requests answered or failed so far */
	struct transfers	 active;	/* in flight: given to libcurl */
	struct transfers	 queued;
	CURL			*idle_handles[HTTP_IDLE];
	int			 nidle;
};

/* Return a transfer for rq, or NULL with e set (ZX_CONFIG). */
struct transfer	*http_transfer_new(struct http *h, const struct http_req *rq,
		    struct err *e);
/* Set the options of f->easy. */
void		 http_transfer_setup(struct transfer *f);
/* Set f->rsp after libcurl has finished with rc; returns 1 if f must be sent again (a
   redirect), else 0. */
int		 http_transfer_finish(struct transfer *f, CURLcode rc);
void		 http_transfer_free(struct transfer *f);
/* Check that path is NULL or a readable file with a certificate.  libcurl would report
   the error for every connection. */
int		 http_ca(const char *path, struct err *e);
/* Set the members of r that are read from the headers of the answer. */
void		 http_headers(CURL *c, struct http_rsp *r);
