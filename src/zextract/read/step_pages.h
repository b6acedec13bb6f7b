#pragma once

#include "domain/checkpoint.h"

#include "request.h"

/*
 * Lists of steps, step results and versions of one case or execution, a page at a
 * time.  While pages are missing, the cursor of the list stands in the checkpoint
 * "WHAT:KEY".
 */
enum { STEPS_PAGE = 100, STEPS_TRIES = 3 };

struct steps_cursor {
	int64_t	 start, size;
};

enum steps_move {
	STEPS_FAILED = -1,
	STEPS_MORE,		/* pages are missing */
	STEPS_LAST,		/* it was the last page */
	STEPS_AGAIN		/* the total is not the announced one: read all anew */
};

/* Set the cursor to where the list of key was left, or to its first page.  Return 1
   when it was left in the middle, 0, or -1. */
int	 step_pages_left(const struct checkpoint_of *, const char *what, const char *key,
	    struct steps_cursor *, struct err *);
/* Make the request for the page at the cursor; base is its path, and is freed. */
struct request *step_pages_request(struct reading *, const struct reader *, struct buf *base,
	    const char *key, const struct steps_cursor *);
/* Move the cursor behind the page that answers a request, and set request.more to
   the request that follows. */
enum steps_move step_pages_move(struct request *, const struct zephyr_page *,
	    struct steps_cursor *, struct err *);
/* Store the cursor when pages are missing, else remove the stored one; in the
   transaction that stores the page. */
int	 step_pages_save(struct request *, const char *what, enum steps_move,
	    const struct steps_cursor *, struct err *);
int	 step_pages_forget(const struct checkpoint_of *, const char *what, const char *key,
	    struct err *);
