#pragma once

#include <stdint.h>

#include "input/ingest.h"

struct session;

/* The last row read from table target. */
struct source_at { int stream; int64_t ord; char *ekey; };

/* Choose project and map by META of the stream, or without META when meta is NULL.  0, -1. */
int	 source_meta(struct work *, const struct json *meta, struct err *);
/* Store the fields that META names for a later --from-db.  0, -1. */
int	 source_remember(struct work *, struct err *);
/* --from-db: choose project and map by the stored effects.  0, -1. */
int	 source_db(struct work *, struct err *);
/* Read the next page of table target; rows go to sink with arg, or to the ledger when sink is
   NULL.  1 when there may be more rows, 0 at the end, -1. */
int	 source_page(struct work *, struct source_at *, ingest_sink *sink, void *arg, struct err *);
/* Make failed and skipped effects pending again, and with --restore-missing those of deleted
   objects.  0, -1. */
int	 source_again(struct session *, struct err *);
/* Read the newest complete pass of each stream.  0, -1. */
int	 source_whole(struct work *, struct err *);
