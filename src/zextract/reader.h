#pragma once

#include "base/err.h"

#include "reading.h"

/*
 * A reader fetches one kind of object from the source.  phase.c decides when each one
 * may send requests.  Which rows are left to be read follows from the database alone:
 * a page is selected by what is stored, and the cursor in memory only avoids selecting
 * the same rows twice.  So a run continues where another one ended.
 */
struct request;

enum reader_id {
	READ_SCRIPTS, READ_RESULTS, READ_STUBS, READ_VERSION_LISTS,
	READ_VERSIONS,
	READ_FILES,			/* one for each enum attach_kind */
	READ_FILES_END = READ_FILES + 6,
	READ_PROJECT = READ_FILES_END,
	READER_COUNT
};

struct todo;
struct todo_row;

struct reader {
	enum reader_id	 id;
	/* Set *out to the next request, or to NULL if there is none now.  If next is NULL,
	   the rows of page are requested, one request each. */
	int		 (*next)(struct reading *, struct request **, struct err *);
	/* True when a request may be made now; NULL: always. */
	int		 (*ready)(const struct reading *, const struct todo *);
	/* Add rows behind todo.last to an empty page (todo_add). */
	int		 (*page)(struct reading *, struct todo *, struct err *);
	/* Set *out to the request for a row, or leave NULL when it needs none. */
	int		 (*request)(struct reading *, const struct todo_row *, struct request **,
			    struct err *);
	/* Store an answer, in the transaction of all answers that are held.  It may be
	   called again for the same answer; the next request goes to request.more. */
	int		 (*store)(struct request *, struct err *);
	/* Use what was stored, after the commit. */
	void		 (*committed)(struct request *);
};

/* Set *out to the next request of a reader, or to NULL. */
int	 reader_next(struct reading *, const struct reader *, struct request **,
	    struct err *);
/* Count the request for a row as done, or send the request that follows it. */
void	 reader_committed(struct request *);
/* True when all rows of a reader are stored. */
int	 reader_done(const struct reading *, enum reader_id);
/* Set a reader back to its first row; whole: it has no rows. */
void	 reader_reset(struct reading *, enum reader_id, int whole);
