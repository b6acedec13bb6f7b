#ifndef ZLOAD_INGEST_H
#define ZLOAD_INGEST_H

#include "domain/ledger/target.h"

struct load;

/* Is given n rows that were read; piped: they came by standard input.  0, -1. */
typedef int ingest_sink(struct load *, const struct target *row, int n, int piped,
	    struct err *);

/* Open the input, standard input or table target.  Rows go to sink, or to the ledger
   when sink is NULL.  0, -1. */
int	 ingest_open(struct load *, ingest_sink *, struct err *);
void	 ingest_close(struct load *);
/* Return the descriptor to poll, -1 when there is none. */
int	 ingest_fd(struct load *);
/* Read what is there, a batch at most.  1 when there may be more at once, 0, -1. */
int	 ingest_turn(struct load *, struct err *);

#endif
