#ifndef ZEXTRACT_ZEPHYR_H
#define ZEXTRACT_ZEPHYR_H

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The Zephyr Scale Cloud dialect (zephyr-api.md 1 and 2): its address, the token,
 * what an answer means, how lists are paged.  No function here has a method or a
 * body as argument: a client can send nothing but GET, the source is never changed.
 */
struct zephyr_conf {
	const char	*base_url;	/* NULL: the US region */
	const char	*token;		/* ZEPHYR_API_TOKEN[_FILE] */
	const char	*ca_file;	/* NULL: the system's */
	int64_t		 in_flight;
	int64_t		 rate;		/* requests a minute, 0: no ceiling */
	int64_t		 max_requests;	/* 0: none */
};

/* A client of Zephyr, or of Jira (jira.h). */
struct zephyr;

/* An answer: 2xx, a 4xx, or what enum zephyr_accept asks for. */
struct zephyr_answer {
	int		 status;	/* 0: no whole answer came, see why */
	struct buf	 body;		/* may be taken by zeroing it */
	int64_t		 date_ms;	/* Date header, 0: none */
	char		 why[256];
	/* of a file */
	int64_t		 size;
	char		 sha256[65], type[128];
};

typedef void	 zephyr_done(void *arg, struct zephyr_answer *);

/* Fail with ZX_CONFIG and name what is missing or wrong. */
int	 zephyr_open(struct zephyr **, const struct zephyr_conf *,
	    struct err *);
/* Abort what is in flight, without calling back, and free it; NULL does nothing. */
void	 zephyr_close(struct zephyr *);
const char *zephyr_base(const struct zephyr *);
/* zephyr_region.c: the US region; complete a base URL of the vendor's, refuse a wrong one. */
extern const char zephyr_us[];
int	 zephyr_region(char **base, struct err *);

/* Failures that are given to done instead of ending the run; any of these. */
enum zephyr_accept {
	ZEPHYR_ACCEPT_REPEATED = 1,	/* a server error that comes twice */
	ZEPHYR_ACCEPT_LAST = 2	/* the failure of the last attempt */
};

/*
 * GET base + path (made with http_escape where names enter).  The client waits and
 * retries; done is called from zephyr_wait.
 */
void	 zephyr_get(struct zephyr *, const char *path, int accept,
	    zephyr_done *, void *arg);
/*
 * GET a file: the body of a 2xx replaces the content of fd.  A server error that
 * comes twice and a body that breaks off at every attempt are given to done.  where
 * is a path as above.  With ZEPHYR_ELSEWHERE it is any URL, requested once and
 * without the token; with ZEPHYR_HERE it is a URL on the API's own host, requested
 * once and with the token.
 */
enum zephyr_how { ZEPHYR_PATH, ZEPHYR_ELSEWHERE, ZEPHYR_HERE };
enum { ZEPHYR_FILE_MS = 6 * 3600 * 1000 };
#define ZEPHYR_FILE_MAX	(INT64_C(4) << 30)	/* Zephyr takes 1 GB a file */

void	 zephyr_file(struct zephyr *, const char *where, enum zephyr_how,
	    int fd, zephyr_done *, void *arg);
/* Return 1 if url is on the API's own host. */
int	 zephyr_is_here(const struct zephyr *, const char *url);
/* Requests that were asked for and not answered. */
int	 zephyr_busy(const struct zephyr *);
/* Requests that have left and were not answered, those to Jira included. */
int	 zephyr_in_flight(const struct zephyr *);
/* How many may be in flight now. */
int	 zephyr_max_active(const struct zephyr *);
/* Requests sent, those to Jira included. */
int64_t	 zephyr_requests(const struct zephyr *);
/* Add what was sent to the row that all processes share, and obey what it says:
   if that is due, or now.  Not in a transaction. */
int	 zephyr_sync_budget(struct zephyr *, struct db *, int now, struct err *);
/* Send nothing more; what is in flight may still be answered. */
void	 zephyr_stop_sending(struct zephyr *);
/*
 * Drive the network for at most ms; n further descriptors.  -1: a failure that
 * ends the run.  Not to be called from a callback.
 */
int	 zephyr_wait(struct zephyr *, int64_t ms, struct pollfd *, int n,
	    struct err *);

/* Describe in e (77, 76, ...) what status means for the run when it answers path;
   return -1.  status 0: the answer did not come whole, body says why. */
int	 zephyr_refused(const char *path, int status, const struct buf *body,
	    struct err *);

/* Describe in e what path leads to, that it stays unread, why, and what to do;
   return -1. */
int	 zephyr_unread(const char *path, int code, const char *why,
	    struct err *e);

/*
 * One page of either kind of list.  Members that the server left out are -1;
 * rows is a reference of doc's values, an empty array when the page has no rows.
 */
struct zephyr_page {
	struct json	 doc, rows;
	int		 n;		/* rows on it */
	int64_t		 start, size, total;	/* offset: startAt ... */
	int		 last;		/* isLast: 1, 0, -1 */
	int64_t		 next;		/* keyset: nextStartAtId; 0: no more */
	struct json_items items;	/* of a long one, instead of rows */
	const struct buf *body;
	int		 repaired;	/* values, see json_parse */
};

/* Parse a page; ZX_PROTO with the path when the body is no such page. */
int	 zephyr_page(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Fail with ZX_PROTO when a page has no rows and is not the last one. */
int	 zephyr_page_odd(const struct zephyr_page *, const char *path,
	    struct err *);
/* Parse a long page without its rows; body is borrowed. */
int	 zephyr_page_long(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Parse row i, an object, which the caller frees; else ZX_PROTO. */
int	 zephyr_row(struct zephyr_page *, const char *path, int i,
	    struct json *, struct err *);
void	 zephyr_page_free(struct zephyr_page *);
/* Parse any other JSON object. */
int	 zephyr_object(struct json *, const char *path, const struct buf *body,
	    struct err *);
/* Parse a JSON value of this type; who sent it is named in messages. */
int	 answer_json(struct json *, const char *who, const char *path,
	    const struct buf *body, enum json_type, struct err *);

#endif
