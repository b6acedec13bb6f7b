#pragma once

#include "domain/ledger/target.h"

struct ingest;
struct work;

/* Receive n rows that were read; piped: from standard input.  0, -1. */
typedef int ingest_sink(void *arg, const struct target *row, int n, int piped, struct err *);

/* Open the input, which is standard input or table target.  Rows go to sink with arg, or to
   the ledger when sink is NULL.  0, or -1; in both cases the caller closes *out. */
int	 ingest_open(struct ingest **out, struct work *, ingest_sink *sink, void *arg,
	    struct err *);
/* Free the input; NULL does nothing. */
void	 ingest_close(struct ingest *);
/* Return the descriptor to poll, -1 when there is none. */
int	 ingest_fd(const struct ingest *);
/* Read what is available, a batch at most.  1 when more may be available at once, 0, -1. */
int	 ingest_turn(struct ingest *, struct err *);
