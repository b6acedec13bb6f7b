#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "domain/api/api_client.h"
#include "io/json/json.h"

/*
 * The dialect of Zephyr Scale Cloud (zephyr-api.md 1 and 2): address, token, meaning of
 * answers, paging of lists.  No function here has a method or a body as argument: a
 * client can send nothing but GET, so that the source is never changed.
 */
struct zephyr_conf {
	const char	*base_url;	/* ZEPHYR_BASE_URL; NULL: the US region */
	const char	*token;		/* ZEPHYR_API_TOKEN[_FILE] */
	const char	*ca_file;	/* NULL: the system's */
	int64_t		 in_flight;	/* at most */
	int64_t		 rate;		/* requests a minute; 0: no ceiling */
	int64_t		 max_requests;	/* 0: no limit */
};

/* A client of Zephyr or of Jira (jira.h). */
struct zephyr;

/* An answer: 2xx, 4xx, or a failure that enum zephyr_accept names. */
struct zephyr_answer {
	int		 status;	/* 0: no complete answer; see why */
	struct buf	 body;		/* the callback may keep it, and zeroes it then */
	int64_t		 date_ms;	/* header Date, 0: none */
	char		 why[256];
	/* of a file: */
	int64_t		 size;
	char		 sha256[65], type[128];
};

typedef void	 zephyr_done(void *arg, struct zephyr_answer *);

/* Open a client: 0, or -1 with ZX_CONFIG if a setting is missing or wrong. */
int	 zephyr_open(struct zephyr **, const struct zephyr_conf *,
	    struct err *);
/* Abort the requests in flight, without calling back, and free the client and that of
   Jira; NULL does nothing. */
void	 zephyr_close(struct zephyr *);
/* Return the part of the client that waits and counts. */
struct api *zephyr_api(struct zephyr *);
/* Return the base URL, which the client owns. */
const char *zephyr_base(const struct zephyr *);
/* zephyr_region.c: the US region; complete *base if its host is one of the vendor's, -1
   with ZX_CONFIG if it cannot be right. */
extern const char zephyr_us[];
int	 zephyr_region(char **base, struct err *);

/* Failures that are passed to done instead of ending the run (bits). */
enum zephyr_accept {
	ZEPHYR_ACCEPT_REPEATED = 1,	/* a server error that comes twice */
	ZEPHYR_ACCEPT_LAST = 2	/* the failure of the last attempt */
};

/*
 * Queue a GET of base + path; the caller escapes names in path with http_escape.  It is
 * retried; done is called from api_wait.  accept: bits of enum zephyr_accept.
 */
void	 zephyr_get(struct zephyr *, const char *path, int accept,
	    zephyr_done *, void *arg);
/*
 * Queue a GET of a file: the body of a 2xx replaces the content of fd, which the caller
 * closes.  A server error that comes twice and a body that breaks off at every attempt
 * are passed to done.  where is a path as above; with ZEPHYR_ELSEWHERE any URL, which is
 * requested once and without the token; with ZEPHYR_HERE a URL on the API's own host,
 * which is requested once and with the token.
 */
enum zephyr_how { ZEPHYR_PATH, ZEPHYR_ELSEWHERE, ZEPHYR_HERE };
enum { ZEPHYR_FILE_MS = 6 * 3600 * 1000 };
#define ZEPHYR_FILE_MAX	(INT64_C(4) << 30)	/* Zephyr accepts files of 1 GB */

void	 zephyr_file(struct zephyr *, const char *where, enum zephyr_how,
	    int fd, zephyr_done *, void *arg);
/* Describe in e why the run ends when path is answered with this status; return -1.
   status 0: the answer is incomplete, for the reason in body. */
int	 zephyr_refused(const char *path, int status, const struct buf *body,
	    struct err *);

/* Describe in e, with this exit code, that the object of path cannot be read, why, and
   what to do; return -1. */
int	 zephyr_unread(const char *path, int code, const char *why,
	    struct err *e);

/*
 * One page of a list of either kind.  Numbers that the server left out are -1; rows is
 * the array "values" of doc, empty if the page has no rows.
 */
struct zephyr_page {
	struct json	 doc, rows;
	int		 n;		/* number of rows */
	int64_t		 start, size, total;	/* offset: startAt ... */
	int		 last;		/* isLast: 1, 0, -1 */
	int64_t		 next;		/* keyset: nextStartAtId; 0: the last page */
	struct json_items items;	/* of zephyr_page_long, in place of rows */
	const struct buf *body;
	int		 repaired;	/* number of values, see json_parse */
};

/* Parse a page: 0, or -1 with ZX_PROTO if the body is no page of a list. */
int	 zephyr_page(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Fail with ZX_PROTO if a page has no rows and says that it is not the last one. */
int	 zephyr_page_odd(const struct zephyr_page *, const char *path,
	    struct err *);
/* Return 1 if no page follows p; n: rows of the list up to its end, size: rows asked for. */
int	 zephyr_page_is_last(const struct zephyr_page *, int64_t n, int64_t size);
/* As zephyr_page, without parsing the rows; the caller keeps body until the page is
   freed. */
int	 zephyr_page_long(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Parse row i, which the caller frees: 0, or -1 with ZX_PROTO if it is no object. */
int	 zephyr_row(struct zephyr_page *, const char *path, int i,
	    struct json *, struct err *);
void	 zephyr_page_free(struct zephyr_page *);
/* Parse an answer that is a JSON object: 0, or -1 with ZX_PROTO. */
int	 zephyr_object(struct json *, const char *path, const struct buf *body,
	    struct err *);
/* As zephyr_object, for an object or array of the API that who names in messages. */
int	 answer_json(struct json *, const char *who, const char *path,
	    const struct buf *body, enum json_type, struct err *);
