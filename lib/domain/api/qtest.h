#ifndef DOMAIN_QTEST_H
#define DOMAIN_QTEST_H

#include <stdint.h>

#include "base/buf.h"
#include "io/db/db.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/retry.h"

/*
 * The qTest dialect (qtest-api.md 1 and 2): its address, how to sign in, what an
 * answer means, how lists are paged.  zload writes through it, zvalidate reads back
 * through it.
 */
struct qtest_conf {
	const char	*base_url;	/* QTEST_BASE_URL; "/api/v3" is stripped */
	const char	*token;		/* QTEST_API_TOKEN[_FILE] */
	const char	*username, *password;	/* or these: password grant */
	int64_t		 project;	/* QTEST_PROJECT_ID */
	int64_t		 rate;		/* QTEST_RATE a minute, 0: no ceiling */
	const char	*ca_file;	/* --ca-file; NULL: the system's */
	int64_t		 in_flight;
	int64_t		 max_requests;	/* 0: none; reaching it: ZX_RETRY */
	int64_t		 timeout_ms;	/* total per request, 0: 120 s */
};

struct qtest;

/* How a request ended, after all retries. */
enum qtest_end {
	QTEST_DONE,		/* 2xx; doc holds the reply */
	QTEST_REFUSED,		/* 3xx, 4xx: the server did nothing, see why */
	QTEST_DOUBT,		/* a write whose outcome is unknown: read back */
	QTEST_UNSENT		/* nothing happened and the run is ending
				   (qtest_failed says why): an intent may be undone */
};

struct qtest_reply {
	enum qtest_end	 end;
	int		 status;	/* 0: no answer */
	struct json	 doc;		/* parsed body of a 2xx, borrowed */
	const char	*body;		/* its first 2 KB, for messages, borrowed */
	char		 why[300];
	int64_t		 total;		/* "total" of the body, -1: none */
};

typedef void	 qtest_done(void *arg, struct qtest_reply *);

/* Read the configuration from environment and options; ZX_CONFIG names what is
   missing. */
int	 qtest_conf_read(struct qtest_conf *, struct err *);
/* Return the ledger's target, "host[:port]/project", which the caller frees. */
char	*qtest_target(const struct qtest_conf *);
/*
 * Open a client: sign in and ask for the project.  ZX_CONFIG if there is no such
 * project, ZX_AUTH, ZX_REMOTE.  Tokens that expire are renewed by the client.
 */
int	 qtest_open(struct qtest **, const struct qtest_conf *, struct err *);
/* Abort what is in flight, without calling back, and free it; NULL does nothing. */
void	 qtest_close(struct qtest *);
/*
 * Abort all requests and call back for each: for writes that have left with
 * QTEST_DOUBT, for the rest with QTEST_UNSENT.  Only qtest_failed and qtest_close
 * may follow.
 */
void	 qtest_drop(struct qtest *);
/* The transport, for its counters. */
struct http *qtest_http(struct qtest *);
/*
 * Write what was sent since the last call, what the API says is left, and a closed
 * gate to the row that all processes share (budget.h), and obey what it says.  To be
 * called once or twice a second, not in a transaction.
 */
int	 qtest_account(struct qtest *, struct db *, struct err *);

/*
 * Send a request.  path is below /api/v3/projects/ID and starts with "/", or it
 * starts with "/api/"; names enter it by http_escape.  A GET is retried; a write is
 * retried only if nothing can have happened.  done is called from qtest_wait.
 */
int	 qtest_send(struct qtest *, const char *method, const char *path,
	    const char *body, size_t len, qtest_done *, void *arg, struct err *);
/*
 * Allow writes until until_ms (monotonic): a write whose time limit reaches beyond it
 * waits for a later call.  0: any write may leave.
 */
void	 qtest_lease(struct qtest *, int64_t until_ms);
/* Requests that were sent and not called back. */
int	 qtest_flying(const struct qtest *);
/* How many more may be sent now. */
int	 qtest_room(const struct qtest *);
/*
 * Drive network, retries and gates for at most ms; n further descriptors.  After a
 * failure that ends the run it returns 0 until what is in flight has been called
 * back (the rest with QTEST_UNSENT), and only then -1.  Not to be called from a
 * callback.
 */
int	 qtest_wait(struct qtest *, int64_t ms, struct pollfd *, int n,
	    struct err *);
/* Return -1 and fill e (or NULL) after a failure that ends the run, else 0. */
int	 qtest_failed(const struct qtest *, struct err *);

/*
 * GET path and wait for the answer: before a loop over work, never in it.  *status
 * is set to 404 and the like; -1 only if there was no answer.  The caller frees *out.
 */
int	 qtest_get(struct qtest *, const char *path, struct json *out,
	    int *status, struct err *);
/*
 * Read a whole listing, page after page, and wait for its end: before a loop over
 * work, never in it.  fn is called for each item (borrowed), in order, once.  The
 * rules when to stop are those of qtest-api.md 1.6 (never on a short page).
 */
enum qtest_paging {
	QTEST_PAGESIZE,		/* P1: page, pageSize=999, envelope or array */
	QTEST_SIZE,		/* P2: page, size=999 */
	QTEST_WHOLE		/* P3: complete array */
};
int	 qtest_list(struct qtest *, const char *path, enum qtest_paging,
	    int (*fn)(void *arg, const struct json *item, struct err *),
	    void *arg, struct err *);
/*
 * As qtest_list, without waiting, so that many listings run at once.  end is called
 * from qtest_wait after the last item, with the status of the last answer (404: no
 * such parent), or with 0 and e if the listing failed.
 */
int	 qtest_list_send(struct qtest *, const char *path, enum qtest_paging,
	    int (*fn)(void *arg, const struct json *item, struct err *),
	    void (*end)(void *arg, int status, const struct err *),
	    void *arg, struct err *);

/*
 * Read the marker in a description or note: "[zephyr PROJECT KEY]", or "[zephyr KEY]"
 * as versions before 0.2 wrote it.  Return 1, its key and its project ("" if none is
 * named); 0 if there is no marker or a part is too long.
 */
enum { QTEST_MARKER_PROJECT = 64, QTEST_MARKER_KEY = 400 };
struct qtest_marker {
	char	 project[QTEST_MARKER_PROJECT], key[QTEST_MARKER_KEY];
};
int	 qtest_marker(const char *html, struct qtest_marker *);
/* Remove the project from the marker in a text that html_text made, so that texts
   of both spellings compare as equal. */
void	 qtest_marker_plain(struct buf *text);
/* Return the name of a listed item, without the prefix ("MD-2 ") that its pid has. */
const char *qtest_name(const struct json *item);

#endif
