#pragma once

#include "list/list.h"
#include "request.h"
#include "source.h"

/*
 * Finds changes that lists do not show: a changed step leaves the row of its case as
 * it is.  A keyset list may know updatedAfter (zephyr-api.md 5).  Once its list is
 * complete and has rows, the list is requested with a date in a far future (phase
 * 'p'); an answer without rows means that the server knows updatedAfter, which is
 * stored for all passes.  Later passes request the rows updated since the pass before
 * began (phase 'u') and read the rest of these rows again: scripts, step results,
 * versions, files.
 */

/* True when updated rows of the list are to be requested. */
int	 since_due(const struct list_state *);
/* Append the parameter that selects updated rows to the path of their list. */
void	 since_path_add(const struct source *, const struct list_state *, struct buf *);
/* Store the answer to such a request; use it after the commit. */
int	 since_store(struct request *, struct err *);
void	 since_committed(struct request *);
