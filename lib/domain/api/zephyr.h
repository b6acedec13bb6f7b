#ifndef ZEXTRACT_ZEPHYR_H
#define ZEXTRACT_ZEPHYR_H

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The Zephyr Scale Cloud dialect (zephyr-api.md 1 and 2): where it is, who we
 * are, what an answer means, how its lists are paged.  The only thing that
 * this client can send is a GET: the source is read, never changed.
 */
struct zephyr_conf {
	const char	*base_url;	/* NULL: the US region */
	const char	*token;		/* ZEPHYR_API_TOKEN[_FILE] */
	const char	*ca_file;	/* NULL: the system's */
	int64_t		 in_flight;
	int64_t		 rate;		/* requests a minute, 0: no ceiling */
	int64_t		 max_requests;	/* 0: none */
};

struct zephyr;

/* An answer to act upon: 2xx, or a 4xx that no patience helps against. */
struct zephyr_answer {
	int		 status;	/* 0: it does not come whole; why */
	struct buf	 body;		/* may be taken by zeroing it */
	int64_t		 date_ms;	/* Date header, 0: none */
	char		 why[256];
	/* of a file */
	int64_t		 size;
	char		 sha256[65], type[128];
};

typedef void	 zephyr_done(void *arg, struct zephyr_answer *);

/* ZX_CONFIG names what is missing or wrong. */
int	 zephyr_open(struct zephyr **, const struct zephyr_conf *,
	    struct err *);
void	 zephyr_close(struct zephyr *);		/* aborts what is in flight */
/*
 * Another API that is asked in the same loop, by the same means: its host,
 * its credentials, its patience, its words.  Driven, hushed, counted, told to
 * the database and closed together with the first one; busy, flying and wide
 * by itself.
 */
struct zephyr_as {
	const char	*base, *authorization;	/* base as http_base() gives it */
	int		 in_flight;
	/* As zephyr_refused() and zephyr_unread() below. */
	int		 (*refused)(const char *path, int status,
			    const struct buf *body, struct err *);
	int		 (*unread)(const char *path, int code, const char *why,
			    struct err *);
};

struct zephyr *zephyr_open_shared(struct zephyr *, const struct zephyr_as *);
const char *zephyr_base(const struct zephyr *);
/* zephyr_region.c: the US region; complete a base URL of the vendor's, refuse a wrong one. */
extern const char zephyr_us[];
int	 zephyr_region(char **base, struct err *);

/* What is handed to done, too, instead of ending the run; any of these. */
enum zephyr_give {
	ZEPHYR_TWICE = 1,	/* a server error that comes twice */
	ZEPHYR_AT_LAST = 2	/* whatever patience did not help against */
};

/*
 * GET base + path (which is made with http_escape where names enter).  Waits
 * and retries are inside; done is called from zephyr_wait.
 */
void	 zephyr_get(struct zephyr *, const char *path, int give,
	    zephyr_done *, void *arg);
/*
 * The same for a file: the body of a 2xx goes to fd from its beginning, and
 * what patience does not help against (a server error, a body that breaks
 * off again and again) is handed to done.  where is a path as above, or with
 * ZEPHYR_ELSEWHERE any URL: asked once, without the token; ZEPHYR_HERE is
 * such a URL on the API's own host, with the token.
 */
enum zephyr_how { ZEPHYR_PATH, ZEPHYR_ELSEWHERE, ZEPHYR_HERE };
enum { ZEPHYR_FILE_MS = 6 * 3600 * 1000 };
#define ZEPHYR_FILE_MAX	(INT64_C(4) << 30)	/* Zephyr takes 1 GB a file */

void	 zephyr_file(struct zephyr *, const char *where, enum zephyr_how,
	    int fd, zephyr_done *, void *arg);
/* 1: on the API's own host. */
int	 zephyr_is_here(const struct zephyr *, const char *url);
int	 zephyr_busy(const struct zephyr *);	/* asked and not answered */
int	 zephyr_in_flight(const struct zephyr *);	/* ... and have left */
int	 zephyr_max_active(const struct zephyr *);	/* how many at once, now */
int64_t	 zephyr_requests(const struct zephyr *);	/* that have left */
int	 zephyr_spent(const struct zephyr *);	/* max_requests is reached */
/* Tell the row that all processes share what was sent, and hear what holds for
   all: now and then, or at once. */
int	 zephyr_sync_budget(struct zephyr *, struct db *, int now, struct err *);
/* Nothing leaves any more; what has left may still be answered. */
void	 zephyr_stop_sending(struct zephyr *);
/*
 * Drive the network for at most ms; n further descriptors.  -1: something
 * that no patience helps against.  Not to be called from a callback.
 */
int	 zephyr_wait(struct zephyr *, int64_t ms, struct pollfd *, int n,
	    struct err *);

/* What a refusal means for the run: fills e (77, 76, ...), returns -1.
   status 0: the answer did not come whole, body says why. */
int	 zephyr_refused(const char *path, int status, const struct buf *body,
	    struct err *);

/* What stays unread, in words; why, and what to do.  Returns -1. */
int	 zephyr_unread(const char *path, int code, const char *why,
	    struct err *e);

/*
 * One page of either kind of list.  Members that the server left out are -1;
 * rows is a reference of doc's values, an empty array when there are none.
 */
struct zephyr_page {
	struct json	 doc, rows;
	int		 n;		/* rows on it */
	int64_t		 start, size, total;	/* offset: startAt ... */
	int		 last;		/* isLast: 1, 0, -1 */
	int64_t		 next;		/* keyset: nextStartAtId; 0: no more */
	struct json_items items;	/* of a long one, instead of rows */
	const struct buf *body;
	int		 mended;
};

/* ZX_PROTO with the path when the body is no such page. */
int	 zephyr_page(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* ZX_PROTO when a page contradicts itself: no rows, and not the last one. */
int	 zephyr_page_odd(const struct zephyr_page *, const char *path,
	    struct err *);
/* A long one: its rows are not parsed yet, body is borrowed. */
int	 zephyr_page_long(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* The i-th row of a long one, an object: to be freed.  ZX_PROTO. */
int	 zephyr_row(struct zephyr_page *, const char *path, int i,
	    struct json *, struct err *);
void	 zephyr_page_free(struct zephyr_page *);
/* Any other JSON object. */
int	 zephyr_object(struct json *, const char *path, const struct buf *body,
	    struct err *);
/* A JSON value of this type from whoever it is that sent it. */
int	 answer_json(struct json *, const char *who, const char *path,
	    const struct buf *body, enum json_type, struct err *);
/* What an error body says, one line, without secrets. */
void	 answer_words(char out[200], const struct buf *body);

#endif
