#ifndef ZLOAD_SOURCE_H
#define ZLOAD_SOURCE_H

#include <stdint.h>

#include "domain/ledger/target.h"

struct load;

/* The last row read from table target. */
struct source_at { int stream; int64_t ord; char *ekey; };

/* Choose project and map by META of the stream; meta NULL: the stream has none.  0, -1. */
int	 source_meta(struct load *, const struct json *meta, struct err *);
/* Keep the fields that META names for a later --from-db.  0, -1. */
int	 source_remember(struct load *, struct err *);
/* Choose project and map by what is stored (--from-db).  0, -1. */
int	 source_db(struct load *, struct err *);
/* Read the next page of table target; rows go to sink, or to the ledger when it is
   NULL.  1 when there may be more, 0, -1. */
int	 source_page(struct load *, struct source_at *,
	    int (*sink)(struct load *, const struct target *, int n, int piped, struct err *),
	    struct err *);
/* Read which pass of each stream came whole.  0, -1. */
int	 source_whole(struct load *, struct err *);

#endif
