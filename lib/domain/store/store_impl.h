#pragma once

#include "domain/store/store.h"

/* Between the files of the store only. */

/* How the stored row compares with the one of a list. */
struct store_held {
	int	 found;
	int	 same;		/* head and row have the hashes that are stored */
	int	 same_row;
	int	 seen;		/* this pass has seen the row */
};

/* Compare with the first row of q, which selects head_hash, pass_seen and, unless
   row_hash is NULL, row_hash; end q.  0, or -1. */
int	 store_held(struct store *, struct db_query *, const char *head_hash,
	    const char *row_hash, struct store_held *, struct err *);
/* Return the enum store_news of a row that was put, or marked as seen, with this result;
   -1 if rc is. */
int	 store_news(const struct store_held *, int rc);
/* Return 1 if an image may stand in a text. */
int	 store_images(const char *, size_t);
