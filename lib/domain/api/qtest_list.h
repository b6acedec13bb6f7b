#pragma once

#include "domain/api/qtest.h"

/* Single answers and whole listings of qTest (qtest-api.md 1.6).  0 or -1. */

/*
 * GET path and wait for the answer; the caller does so before a loop over work, never in
 * it.  *status is set, also to 404 and the like; -1 if there was no answer.  The caller
 * frees *out.
 */
int	 qtest_get(struct qtest *, const char *path, struct json *out,
	    int *status, struct err *);
/*
 * Read a whole listing, page after page, and wait for its end; the caller does so before
 * a loop over work, never in it.  fn is called once for each item, in order; -1 ends the
 * listing.  The last page is recognised as qtest-api.md 1.6 says (not by its length).
 */
enum qtest_paging {
	QTEST_PAGESIZE,		/* P1: page, pageSize=999, envelope or array */
	QTEST_SIZE,		/* P2: page, size=999 */
	QTEST_WHOLE		/* P3: one page, an array */
};
int	 qtest_list(struct qtest *, const char *path, enum qtest_paging,
	    int (*fn)(void *arg, const struct json *item, struct err *),
	    void *arg, struct err *);
/*
 * As qtest_list, without waiting, so that many listings run at once.  end is called from
 * api_wait after the last item, with the status of the last answer (404: the parent
 * does not exist), or with 0 and e if the listing failed.
 */
int	 qtest_list_send(struct qtest *, const char *path, enum qtest_paging,
	    int (*fn)(void *arg, const struct json *item, struct err *),
	    void (*end)(void *arg, int status, const struct err *),
	    void *arg, struct err *);
