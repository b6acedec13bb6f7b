#ifndef DOMAIN_QTEST_H
#define DOMAIN_QTEST_H

#include <stdint.h>

#include "base/buf.h"
#include "io/db/db.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/retry.h"

/*
 * The qTest dialect (qtest-api.md 1 and 2): where it is, who we are, how an
 * answer is judged, how lists are paged.  zload writes through it, zvalidate
 * reads back through it.  One loop, many requests in flight.
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

/* How a write ended, once patience is through with it. */
enum qtest_end {
	QTEST_DONE,		/* 2xx; doc holds the reply */
	QTEST_REFUSED,		/* 4xx: the server did nothing; why tells */
	QTEST_DOUBT,		/* fate unknown: read back, never resend */
	QTEST_UNSENT		/* nothing happened and the run is ending
				   (qtest_failed tells): an intent may be undone */
};

struct qtest_reply {
	enum qtest_end	 end;
	int		 status;	/* 0: no answer */
	struct json	 doc;		/* parsed body of a 2xx; callee's, borrowed */
	const char	*body;		/* raw, first 2 KB, for messages */
	char		 why[300];
	int64_t		 total;		/* X-Item-Total or envelope, -1 */
};

typedef void	 qtest_done(void *arg, struct qtest_reply *);

/* Configuration from environment and options; ZX_CONFIG names what is missing. */
int	 qtest_conf_read(struct qtest_conf *, struct err *);
/* "host[:port]/project": the ledger's target. Caller frees. */
char	*qtest_target(const struct qtest_conf *);
/*
 * Connect: token (password grant when no API token), project exists (ZX_CONFIG
 * when not), ZX_AUTH, ZX_REMOTE.  Renewal of an expired token is inside.
 */
int	 qtest_open(struct qtest **, const struct qtest_conf *, struct err *);
void	 qtest_close(struct qtest *);	/* silently: nobody is called back */
/*
 * Leave early: what is under way is given up and called back at once, writes
 * that have left as QTEST_DOUBT, the rest as QTEST_UNSENT.  Only qtest_failed
 * and qtest_close may follow.
 */
void	 qtest_drop(struct qtest *);
struct http *qtest_http(struct qtest *);	/* its counters */
/*
 * Put what was sent since the last call, what the API says is left and a gate
 * into the row that all processes share (budget.h), and obey what it says.
 * For the caller's loop, once or twice a second; outside of a transaction.
 */
int	 qtest_account(struct qtest *, struct db *, struct err *);

/*
 * Send; path is below {P} = /api/v3/projects/{id} and starts with "/" (or
 * with "/api/" for anything else); made with http_escape where names enter.
 * GETs are retried inside; writes only where nothing can have happened.  The
 * callback comes from qtest_wait.
 */
int	 qtest_send(struct qtest *, const char *method, const char *path,
	    const char *body, size_t len, qtest_done *, void *arg, struct err *);
/*
 * We may write until then (monotonic): no write leaves whose time limit reaches
 * beyond it, it waits for a later word.  0: no such limit.
 */
void	 qtest_lease(struct qtest *, int64_t until_ms);
int	 qtest_flying(const struct qtest *);	/* not yet called back */
int	 qtest_room(const struct qtest *);	/* how many more may be sent now */
/*
 * Drive network, retries and gates for at most ms; n further descriptors.
 * After a failure that ends the run it goes on until what is in flight has
 * been called back (the rest as QTEST_UNSENT), and only then returns -1.
 * Not to be called from a callback.
 */
int	 qtest_wait(struct qtest *, int64_t ms, struct pollfd *, int n,
	    struct err *);
/* A failure that ends the run (auth, remote gone, budget): -1, e filled. */
int	 qtest_failed(const struct qtest *, struct err *);

/* One GET waited for. *status gets 404 and the like; -1 only when it could
   not be asked. Free *out. */
int	 qtest_get(struct qtest *, const char *path, struct json *out,
	    int *status, struct err *);
/*
 * A whole listing by its style, page after page, each item to fn (borrowed),
 * in order, once; stop rules of qtest-api.md 1.6 (never on a short page).
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
 * The same without waiting, so that many listings run at once: end is called
 * from qtest_wait when the last page was handed out, with the status of the
 * last answer (404: no such parent) or 0 and e when it failed.
 */
int	 qtest_list_send(struct qtest *, const char *path, enum qtest_paging,
	    int (*fn)(void *arg, const struct json *item, struct err *),
	    void (*end)(void *arg, int status, const struct err *),
	    void *arg, struct err *);

/* Text content of an HTML fragment for comparing: tags out, entities
   resolved, white space and U+00A0/200B/2060 folded (qtest-api.md 5.5). */
void	 qtest_text(struct buf *out, const char *html, size_t len);
/* The next href or src of an HTML fragment from *at on, entities resolved:
   1 and *url (reset first), 0 after the last. */
int	 qtest_url(const char *html, size_t *at, struct buf *url);
/*
 * The marker in a description or note: "[zephyr PROJECT KEY]", or "[zephyr KEY]"
 * as versions before 0.2 wrote it.  1 and its key and project ("": none is
 * named); 0 when there is no marker or a part does not fit.
 */
enum { QTEST_MARKER_PROJECT = 64, QTEST_MARKER_KEY = 400 };
struct qtest_marker {
	char	 project[QTEST_MARKER_PROJECT], key[QTEST_MARKER_KEY];
};
int	 qtest_marker(const char *html, struct qtest_marker *);
/* Take the project out of the marker in a text that qtest_text() made, so that
   texts of both spellings compare as equal. */
void	 qtest_marker_plain(struct buf *text);
/* Name as listed, without a "MD-2 " pid prefix when pid says so. */
const char *qtest_name(const struct json *item);

#endif
