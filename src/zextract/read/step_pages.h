#ifndef ZEXTRACT_STEPS_H
#define ZEXTRACT_STEPS_H

#include "domain/api/zephyr.h"

#include "extract.h"
#include "request.h"

/* Pages of steps: what cases and executions have in common. */
enum { STEPS_PAGE = 100, STEPS_TRIES = 3 };

struct steps_cursor {
	int64_t	 start, size;
};

/* Where a script was left whose first pages are stored; 0 none, 1, -1. */
int	 step_pages_left(struct extract *, const char *what, const char *key,
	    struct steps_cursor *, struct err *);
/* "base?maxResults=100&startAt=0", base is freed. */
char	*step_pages_path(struct buf *base, const struct steps_cursor *);
/*
 * After a page with n0 steps before it: 1 when it was the last, 0 with the
 * cursor moved, -1; *again is set when the count is not what the server said
 * and all is to be read anew.
 */
int	 step_pages_move(struct request *, const struct zephyr_page *, int64_t n0,
	    struct steps_cursor *, int *again, struct err *);
/* Note where the rest begins; forget it when nothing is left. */
int	 step_pages_save(struct extract *, const char *what, const char *key,
	    const struct steps_cursor *, struct err *);
int	 step_pages_forget(struct extract *, const char *what, const char *key,
	    struct err *);

#endif
