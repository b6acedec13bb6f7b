#ifndef DOMAIN_API_H
#define DOMAIN_API_H

#include <poll.h>
#include <stdint.h>

#include "domain/budget.h"
#include "io/http/http.h"
#include "io/retry.h"

/*
 * The client of an HTTP API, for the dialects in this directory alone.  It owns
 * the queue of requests, the requests in flight, the rate, the row of the shared
 * budget, retries, the limit of requests, the lease of writes and the first
 * failure, which ends the run.  A dialect supplies a table of functions and
 * embeds struct api in its client, struct api_request in its requests.
 */
struct api;
struct api_write;

struct api_request {
	struct api	*api;
	struct api_request *next;
	char		*path;		/* names the request in messages */
	const char	*where;		/* ... of retries; NULL: path does */
	char		*url;
	struct api_write *write;	/* NULL: a GET (api_write.h) */
	int		 once;		/* any answer is accepted and not judged */
	int		 elsewhere;	/* its host is not the API's */
	int		 attempt, token_renewed;
	int64_t		 token;		/* number of the token it left with */
	int64_t		 at_ms;		/* leaves no earlier (monotonic) */
};

struct api_ops {
	/* Complete hr for the next attempt, all but its method and body.
	   -1 ends the run.  NULL: nothing to complete. */
	int	 (*prepare)(struct api_request *, struct http_req *, struct err *);
	/* Return the verdict on an answer, given that of retry_judge. */
	enum retry_verdict (*judge)(struct api_request *, struct http_rsp *,
	    enum retry_verdict);
	/* Return 1 if an accepted answer has a body that the dialect can read. */
	int	 (*is_readable)(struct api_request *, struct http_rsp *);
	/* Describe in e what ended the run: RETRY_AUTH (e is empty), or RETRY_STOP
	   (e is what retry_judge said). */
	void	 (*describe)(struct api_request *, struct http_rsp *,
	    enum retry_verdict, struct err *);
	/*
	 * Give the end of a request to its caller; the client frees it afterwards.
	 * RETRY_ACCEPT: rsp answers it; its body may be taken by zeroing it.
	 * RETRY_IN_DOUBT: it is unknown whether the server acted on a write.
	 * RETRY_AUTH, RETRY_STOP: nothing happened, and e ends the run.
	 * rsp is NULL if there was none.
	 */
	void	 (*deliver)(struct api_request *, struct http_rsp *,
	    enum retry_verdict, const struct err *e);
	/* Get a token and pass it to api_set_token.  NULL: the credentials of
	   api_conf do not expire. */
	int	 (*sign_in)(struct api *, struct err *);
	/* Describe in e that max_requests is reached, which ends the run.  NULL:
	   requests stay in the queue, and the caller stops. */
	void	 (*describe_limit)(const struct api *, struct err *);
	/* A failure ends the run only when what is in flight has been answered. */
	int	 waits_for_active;
};

struct api_conf {
	const struct api_ops *ops;
	char		*base;		/* of http_base(); taken */
	char		*authorization;	/* header value; taken; NULL: sign_in */
	const char	*ca_file;
	int		 in_flight;
	int64_t		 rate;		/* requests a minute, 0: no ceiling */
	int64_t		 max_requests;	/* 0: none */
	int64_t		 timeout_ms;	/* of one request, 0: as io/http has it */
};

struct api {
	const struct api_ops *ops;
	struct http	*http;
	struct retry_policy retry;
	char		*base, *authorization;
	struct api_request *queue, **queue_end;	/* waiting to leave */
	struct api_request *active;		/* in flight */
	int		 nqueue, nactive;
	int		 stopped;	/* nothing leaves any more */
	int64_t		 timeout_ms, max_requests;
	int64_t		 sent, sent_elsewhere;
	/* api_budget.c */
	struct budget_use use;
	int64_t		 synced_ms;	/* last time the shared row was updated */
	int64_t		 left_minute, left_month;	/* as the API says, -1 */
	/* the token */
	int		 renewable, token_stale;
	int64_t		 token;		/* tokens had so far */
	int64_t		 renew_ms;	/* when to ask for the next, 0: never */
	int64_t		 write_until_ms;	/* monotonic: no write leaves whose time
						   limit is later; 0: any may */
	struct err	 fail;		/* the first failure; code 0: none */
	struct api	*shared;	/* a second API on the same transport */
	struct api	*first;		/* ... whose first API is this one */
};

/* Open the transport.  On failure the caller calls api_close. */
int	 api_open(struct api *, const struct api_conf *, struct err *);
/*
 * Let api send through the transport of first, within first's limit of requests.
 * Waiting, stopping, counting and the shared budget are called for first alone and
 * include api.  api is closed after first.
 */
void	 api_open_shared(struct api *, const struct api_conf *, struct api *first);
/* Abort what is in flight and free all requests, without calling deliver. */
void	 api_close(struct api *);
/* End the run with "stopped": abort and deliver everything. */
void	 api_drop(struct api *);

/*
 * Put a GET that the dialect allocated into the queue.  path names it in messages;
 * url is taken.  deliver is called from api_wait or api_drop.
 */
void	 api_send(struct api *, struct api_request *, const char *path, char *url);
/* Requests that were sent and not delivered. */
int	 api_busy(const struct api *);
/* Requests in flight, those of the shared API included. */
int	 api_in_flight(const struct api *);
void	 api_stop_sending(struct api *);
/* Store a token's header value (taken), which expires in life_ms; 0: never. */
void	 api_set_token(struct api *, char *authorization, int64_t life_ms);
/*
 * Send what may leave and drive the network for at most ms; n further descriptors.
 * -1: the run has failed, see api_failed.  Not to be called from a callback.
 */
int	 api_wait(struct api *, int64_t ms, struct pollfd *, int n, struct err *);
/* Keep e as the failure that ends the run unless there is one. */
void	 api_fail(struct api *, const struct err *);
/* Return -1 and fill e (or NULL) if the run has failed, else 0. */
int	 api_failed(const struct api *, struct err *);

/* api_reply.c: write the explanation in an error body to out as one line of plain text,
   without secrets; "" if the body is empty. */
enum { API_EXPLANATION = 200 };
void	 api_explain(char out[API_EXPLANATION], const struct buf *body);

/* api_budget.c: take a place of the rate: 0, or the milliseconds to wait for the
   next one. */
int64_t	 api_rate_take(struct api *);
/* Requests sent, those of the shared API included. */
int64_t	 api_requests(const struct api *);
/* Return 1 if nothing may leave because max_requests is reached, which ends the run
   if the dialect describes it. */
int	 api_budget_is_spent(struct api *);
/*
 * Add what was sent to the row that all processes share (budget.h) and obey what
 * it says; API_SYNC_DUE: not more often than is useful.  Not in a transaction.
 */
enum api_sync { API_SYNC_DUE, API_SYNC_NOW };
int	 api_sync_budget(struct api *, struct db *, enum api_sync, struct err *);

#endif
