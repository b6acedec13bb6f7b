#ifndef ZEXTRACT_SINCE_H
#define ZEXTRACT_SINCE_H

#include "extract.h"

/*
 * What lists do not show: a step that changed leaves its case's row as it was.
 * A keyset list may know updatedAfter (zephyr-api.md 5); once its list is
 * whole and has rows, it is asked for what is updated in a far future (phase
 * 'p'): none means that it knows, and that is remembered for good.  Later
 * passes ask it for what was updated since the one before began ('u'), and
 * read the rest of these rows again: scripts, step results, versions, files.
 */

/* Read what earlier passes found out: does the server know updatedAfter here? */
int	 since_open(struct extract *, struct list *, struct err *);
/* Set the phase that follows once the list is whole, if one does. */
void	 since_begin(const struct extract *, const struct list *,
	    struct list_state *);
/* True when the list is to be asked for updated rows. */
int	 since_due(const struct list_state *);
/* Make the request for updated rows. */
struct request *since_question(struct extract *, struct list *);
/* Store the answer to such a request; act on it after the commit. */
int	 since_store(struct request *, struct err *);
void	 since_committed(struct request *);

#endif
