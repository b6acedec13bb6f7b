#pragma once

#include "domain/api/api_client.h"
#include "domain/budget.h"
#include "io/http/http.h"
#include "io/retry.h"

/*
 * The client of an HTTP API, for the dialects in this directory only.  It owns the queue
 * of requests, the requests in flight, the rate, the row of the shared budget, retries,
 * the limit of requests, the time until which writes may be sent, and the first failure,
 * which ends the run.  A dialect supplies a table of functions and embeds struct api in
 * its client, struct api_request in its requests.
 */
struct api_write;

struct api_request {
	struct api	*api;
	struct api_request *next;
	char		*path;		/* names the request in messages */
	const char	*where;		/* names it in messages about retries; NULL: path */
	char		*url;
	struct api_write *write;	/* NULL: a GET (api_write.h) */
	int		 once;		/* any answer is accepted, without a retry */
	int		 elsewhere;	/* it goes to another host than the API's */
	int		 attempt, token_renewed;
	int64_t		 token;		/* number of the token that was sent */
	int64_t		 at_ms;		/* monotonic: it is sent no earlier */
};

struct api_ops {
	/* Complete hr for the next attempt, except its method and body: 0, or -1,
	   which ends the run.  NULL: nothing to complete. */
	int	 (*prepare)(struct api_request *, struct http_req *, struct err *);
	/* Return the verdict on an answer, given that of retry_judge. */
	enum retry_verdict (*judge)(struct api_request *, struct http_rsp *,
	    enum retry_verdict);
	/* Return 1 if an accepted answer has a body that the dialect can read. */
	int	 (*is_readable)(struct api_request *, struct http_rsp *);
	/* Describe in e why the run ends: RETRY_AUTH (e is empty), or RETRY_STOP (e
	   holds the description by retry_judge). */
	void	 (*describe)(struct api_request *, struct http_rsp *,
	    enum retry_verdict, struct err *);
	/*
	 * Report the end of a request to its caller; the client frees it afterwards.
	 * RETRY_ACCEPT: rsp answers it; its body may be taken by zeroing it.
	 * RETRY_IN_DOUBT: it is unknown whether the server acted on a write.
	 * RETRY_AUTH, RETRY_STOP: the server did nothing, and e ends the run.
	 * rsp is NULL if there was no answer.
	 */
	void	 (*deliver)(struct api_request *, struct http_rsp *,
	    enum retry_verdict, const struct err *e);
	/* Get a token and pass it to api_set_token: 0, or -1.  NULL: the
	   authorization of api_conf does not expire. */
	int	 (*sign_in)(struct api *, struct err *);
	/* Describe in e that max_requests is reached, which ends the run.  NULL: the
	   caller stops, and requests stay in the queue until then. */
	void	 (*describe_limit)(const struct api *, struct err *);
	/* 1: a failure ends the run only once all requests in flight are answered. */
	int	 waits_for_active;
};

struct api_conf {
	const struct api_ops *ops;
	char		*base;		/* from http_base; the client frees it */
	char		*authorization;	/* header value; the client frees it; NULL:
					   sign_in gets one */
	const char	*ca_file;
	int		 in_flight;
	int64_t		 rate;		/* requests a minute, 0: no ceiling */
	int64_t		 max_requests;	/* 0: none */
	int64_t		 timeout_ms;	/* of one request, 0: the default of io/http */
};

struct api {
	const struct api_ops *ops;
	struct http	*http;
	struct retry_policy retry;
	char		*base, *authorization;
	struct api_request *queue, **queue_end;	/* waiting to leave */
	struct api_request *active;		/* in flight */
	int		 nqueue, nactive;
	int		 stopped;	/* nothing more is sent */
	int64_t		 timeout_ms, max_requests;
	int64_t		 sent, sent_elsewhere;
	/* api_budget.c */
	struct budget_use use;
	int64_t		 synced_ms;	/* last time the shared row was updated */
	int64_t		 left_minute, left_month;	/* as the API says; -1: unknown */
	/* the token */
	int		 renewable, token_stale;
	int64_t		 token;		/* number of tokens so far */
	int64_t		 renew_ms;	/* when to ask for the next, 0: never */
	int64_t		 write_until_ms;	/* monotonic: no write is sent whose time
						   limit is later; 0: any is */
	struct err	 fail;		/* the first failure; code 0: none */
	struct api	*shared;	/* a second API on the same transport */
	struct api	*first;		/* of a second API: the first one */
};

/* Open the transport.  On failure the caller calls api_close. */
int	 api_open(struct api *, const struct api_conf *, struct err *);
/*
 * Open api on the transport of first, within first's limit of requests.  The caller
 * calls api_wait, api_stop_sending, api_in_flight, api_requests and api_sync_budget for
 * first only, which includes api, and closes api after first.
 */
void	 api_open_shared(struct api *, const struct api_conf *, struct api *first);
/* Abort the requests in flight and free all, without calling deliver. */
void	 api_close(struct api *);

/*
 * Queue a GET that the dialect allocated.  path (copied) names it in messages; url is
 * freed with it.  deliver is called from api_wait or api_drop.
 */
void	 api_send(struct api *, struct api_request *, const char *path, char *url);
/* Set the header value of a token, which the client frees and which expires in life_ms
   (0: never). */
void	 api_set_token(struct api *, char *authorization, int64_t life_ms);
/* Set e as the failure that ends the run, unless there is one or e is empty. */
void	 api_fail(struct api *, const struct err *);

/* api_reply.c: write the explanation in an error body to out as one line of plain text,
   without secrets; "" if the body is empty. */
enum { API_EXPLANATION = 200 };
void	 api_explain(char out[API_EXPLANATION], const struct buf *body);

/* api_budget.c: take permission to send a request now, by the rate: 0, or the
   milliseconds until the next is given. */
int64_t	 api_rate_take(struct api *);
/* Return 1 if max_requests is reached, and describe it in e if the dialect does; e stays
   empty otherwise. */
int	 api_budget_is_spent(const struct api *, struct err *e);
