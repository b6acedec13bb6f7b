#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "domain/api/api_client.h"

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
