#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "domain/api/api_client.h"
#include "domain/api/qtest_conf.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/retry.h"

/*
 * The qTest dialect (qtest-api.md 1 and 2): address, sign-in, meaning of answers, paging
 * of lists.  Functions that return int return 0 or -1 unless something else is said.
 */
struct qtest;
struct qtest_conf;

/* How a request ended, after all retries. */
enum qtest_end {
	QTEST_DONE,		/* 2xx; doc holds the reply */
	QTEST_REFUSED,		/* 3xx, 4xx: the server did nothing; see why */
	QTEST_DOUBT,		/* the outcome of a write is unknown */
	QTEST_UNSENT		/* the server did nothing and the run is ending
				   (see api_failed) */
};

struct qtest_reply {
	enum qtest_end	 end;
	int		 status;	/* 0: no answer */
	struct json	 doc;		/* body of a 2xx; freed after the callback */
	const char	*body;		/* its first 2 KB, for messages; likewise */
	char		 why[300];
	int64_t		 total;		/* member "total" of the body, -1: none */
	int64_t		 size;		/* of a download: its bytes, */
	const char	*sha256;	/* and their digest in hex; likewise */
};

typedef void	 qtest_done(void *arg, struct qtest_reply *);

/*
 * Open a client: sign in and read the project.  -1 with ZX_CONFIG if the project does not
 * exist, ZX_AUTH, ZX_REMOTE.  The client renews tokens that expire.
 */
int	 qtest_open(struct qtest **, const struct qtest_conf *, struct err *);
/* Abort the requests in flight, without calling back, and free the client; NULL does
   nothing. */
void	 qtest_close(struct qtest *);
/* Whether a project is connected to a tracker of defects, such as Jira. */
enum qtest_integration {
	INTEGRATION_UNKNOWN,		/* the project does not tell */
	INTEGRATION_NONE, INTEGRATION_ACTIVE
};
/* Return what the project, as qtest_open() read it, tells about connections. */
enum qtest_integration qtest_integration(const struct qtest *);
/* Return INTEGRATION_ACTIVE if a connection in list, an array or a single one, is active, else
   INTEGRATION_NONE. */
enum qtest_integration qtest_connections(const struct json *list);
/*
 * Return the part of the client that waits and counts.  After a failure that ends the run
 * api_wait returns 0 until all requests in flight are called back (queued ones with
 * QTEST_UNSENT), then -1.  After api_drop, which calls back with QTEST_DOUBT for writes
 * that were sent, else with QTEST_UNSENT, the caller calls api_failed and qtest_close only.
 */
struct api *qtest_api(struct qtest *);
/* Return the transport, for its counters. */
struct http *qtest_http(struct qtest *);

/*
 * Queue a request.  path starts with "/" and is below /api/v3/projects/ID, or it starts
 * with "/api/"; the caller escapes names in it with http_escape.  body (copied) is JSON of
 * len bytes, or NULL.  A GET is retried; a write only if the server cannot have acted on
 * it.  done is called from api_wait.  -1 if the run has failed.
 */
int	 qtest_send(struct qtest *, const char *method, const char *path,
	    const char *body, size_t len, qtest_done *, void *arg, struct err *);
/* A file to upload.  name is escaped for the header; read is called from api_wait, and arg
   must be valid until done is called. */
struct qtest_file {
	const char	*name, *type;
	int64_t		 size;
	http_source	*read;
	void		*arg;
};
/* As qtest_send, for a POST of the bytes of a file with the headers of qtest-api.md 2.16. */
int	 qtest_upload(struct qtest *, const char *path, const struct qtest_file *,
	    qtest_done *, void *arg, struct err *);
/*
 * As qtest_send, for a GET of the bytes of a file, about size of them, which are written to
 * the descriptor sink.  The caller keeps sink open until done is called.  A download that is
 * repeated writes all bytes again.
 */
int	 qtest_download(struct qtest *, const char *path, int64_t size, int sink,
	    qtest_done *, void *arg, struct err *);
/* Append a name as the header File-Name has it: bytes outside of ASCII, control bytes and "%"
   are percent-encoded. */
void	 qtest_file_name(struct buf *, const char *name);
/*
 * Allow writes until until_ms (monotonic): a write whose time limit is later stays queued
 * until a later call.  0 allows all.
 */
void	 qtest_lease(struct qtest *, int64_t until_ms);
/* Return how many more requests would be in flight at once if they were queued now. */
int	 qtest_room(const struct qtest *);
