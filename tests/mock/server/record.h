#ifndef MOCK_SERVER_RECORD_H
#define MOCK_SERVER_RECORD_H

#include <stdint.h>

#include "server/mock.h"

/*
 * Every request that reached the mock (its own /__mock pages excepted), kept
 * compactly: about 120 bytes and the address each.
 */
struct record *record_new(void);
void	 record_free(struct record *);
/* Forget all; requests still under way are not written later. */
void	 record_reset(struct record *);
/* A request came in completely; fills rq->n (from 1, or 0: not kept). */
void	 record_begin(struct record *, struct request *, int host_ok);
/*
 * What became of it.  status 0: the connection was cut without an answer;
 * acted: the handler ran.  note: the fault that was played, or NULL.
 */
void	 record_end(struct record *, const struct request *, int status,
	    uint64_t bytes_out, int acted, const char *note);
int64_t	 record_count(const struct record *);
/* NDJSON of what fits the arguments method, path (glob), status, from. */
void	 record_print(const struct record *, const struct request *filter,
	    struct buf *);
/* {"METHOD pattern status": n, ...} sorted; ?api= limits. */
void	 record_counts(const struct record *, const struct request *filter,
	    struct buf *);

#endif
