#ifndef IO_HTTP_BACK_H
#define IO_HTTP_BACK_H

#include <sys/queue.h>

#include <curl/curl.h>

#include "io/hash.h"
#include "io/http/http.h"

/* Between http*.c; nobody else includes it. */
enum { HTTP_IDLE = 64, HTTP_FDS = 16, HTTP_HEADERS = 16 };

/* One request under way, with its own copy of everything. */
struct transfer {
	TAILQ_ENTRY(transfer)	 link;		/* of the list that holds it */
	struct http		*h;
	CURL			*easy;
	char			*method, *url, *authorization, *body;
	size_t			 len;
	struct curl_slist	*headers;
	int			 is_write;	/* anything but GET and HEAD */
	int			 sink, follow;
	int64_t			 sink_max, total_ms, began;
	int			 tries;		/* times it was about to leave */
	struct hash		*hash;
	struct http_rsp		 rsp;
	http_done		*done;
	void			*arg;
	char			 words[CURL_ERROR_SIZE];
};

TAILQ_HEAD(transfers, transfer);

struct http {
	CURLM			*multi;
	char			*agent, *ca_file, *proxy;
	int64_t			 connect_ms, idle_ms, total_ms;
	size_t			 max_body;
	int			 max_active, flying, waiting;
	int64_t			 sent, landed;
	struct transfers	 active;		/* libcurl has them */
	struct transfers	 queued;		/* waiting for room */
	CURL			*idle_handles[HTTP_IDLE];
	int			 nidle;
};

struct transfer	*http_flight_new(struct http *, const struct http_req *,
		    struct err *);
void		 http_flight_set(struct transfer *);	/* options of f->easy */
/* Fill f->rsp; 1 when it must fly again (a redirect), 0 when it is over. */
int		 http_flight_end(struct transfer *, CURLcode);
void		 http_flight_free(struct transfer *);
/* ca_file can be read and holds a certificate, or is NULL. */
int		 http_ca(const char *path, struct err *);
/* Parse the headers of the answer into rsp. */
void		 http_headers(CURL *, struct http_rsp *);
int		 http_forget(struct http *, void *arg, struct err *);
void		 http_nobody(void *, struct http_rsp *);

#endif
