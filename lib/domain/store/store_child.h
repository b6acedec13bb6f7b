#pragma once

#include "domain/store/store.h"

/*
 * Store the parts of a row: its customFields (one row for each value that is not
 * empty), its links (one row each) and the Jira ids that it contains.  text is the
 * canonical text of row.  Does nothing if news is STORE_SAME.
 */
int	 store_children(struct store *, enum stream, const char *key,
	    const struct json *row, const char *text, size_t,
	    enum store_news, struct err *);
/* Store the Jira ids alone, for store_children. */
int	 store_jira(struct store *, enum stream, const char *key,
	    const struct json *row, struct err *);
