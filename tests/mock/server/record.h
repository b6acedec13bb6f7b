#pragma once

#include <stdint.h>

#include "server/mock.h"

/* The requests that reached the mock, except those of its own pages below /__mock. */
struct record *record_new(void);
void	 record_free(struct record *);
/* Forget all requests; those that have no answer yet are not recorded later. */
void	 record_reset(struct record *);
/* Add a complete request and set rq->n, its number from 1 (0: not recorded). */
void	 record_begin(struct record *, struct request *, int host_ok);
/*
 * Complete the entry of a request.  status 0 says that the connection was closed
 * without an answer, acted that the handler ran; note is the fault played, or NULL.
 */
void	 record_end(struct record *, const struct request *, int status,
	    uint64_t bytes_out, int acted, const char *note);
int64_t	 record_count(const struct record *);
/* Print the requests, a line of JSON each, that match the arguments method, api,
   path (a glob), status and from of the filter. */
void	 record_print(const struct record *, const struct request *filter,
	    struct buf *);
/* Print {"METHOD pattern status": n, ...}, sorted, of the requests that match. */
void	 record_counts(const struct record *, const struct request *filter,
	    struct buf *);
