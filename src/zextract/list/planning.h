#ifndef ZEXTRACT_PLANNING_H
#define ZEXTRACT_PLANNING_H

#include "extract.h"

/* Plans and cycles are stored alike, in tables of their own. */
int	 planning_row(struct extract *, const struct json *, enum stream,
	    const char *const *links,
	    int (*store)(struct store *, const struct store_row *,
	    struct err *), struct buf *key, struct err *);

#endif
