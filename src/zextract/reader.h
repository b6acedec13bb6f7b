#ifndef ZEXTRACT_READER_H
#define ZEXTRACT_READER_H

#include <stdint.h>

#include "base/err.h"

/*
 * A reader fetches one kind of thing from the source.  phase.c says when each
 * one may send requests.
 *
 * What is left to be read stands in the database alone: a page is selected by
 * what is stored there, and the cursor in memory only avoids selecting the same
 * rows twice.  So a run goes on where another one ended, whoever stored what.
 */
struct extract;
struct request;

enum reader_id {
	READ_SCRIPTS, READ_RESULTS, READ_STUBS, READ_VERSION_LISTS,
	READ_VERSIONS,
	READ_FILES,			/* one for each enum attach_kind */
	READ_FILES_END = READ_FILES + 6,
	READ_PROJECT = READ_FILES_END,
	READER_COUNT
};

/* One thing that is to be read. */
struct todo_row {
	int64_t	 num, id;
	char	*key, *hash;		/* hash: of its list row */
	int	 is_text, was_stored, partial;
	int	 listed;		/* of files: only its steps are missing */
};

enum { TODO_PAGE = 64 };

/* A page of rows, and how far a reader has come in this run. */
struct todo {
	enum reader_id	 id;
	struct todo_row	 row[TODO_PAGE];
	int		 i, n;		/* next row; rows of the page */
	struct todo_row	 last;		/* where the page ended: num, id, key */
	int		 whole;		/* nothing more to be found */
	int		 open;		/* sent and not stored */
	int64_t		 done;
};

struct reader {
	const char	*name;
	enum reader_id	 id;
	/* Set *out to the next request, or to NULL when there is none now.
	   NULL: the rows of page, one request each. */
	int		 (*next)(struct extract *, struct request **, struct err *);
	/* True when a request may be made now; NULL: always. */
	int		 (*ready)(const struct extract *, const struct todo *);
	/* Add rows behind todo.last to an empty page (todo_add). */
	int		 (*page)(struct extract *, struct todo *, struct err *);
	/* Set *out to the request for a row, or leave NULL when it needs none. */
	int		 (*request)(struct extract *, const struct todo *,
			    const struct todo_row *, struct request **, struct err *);
	/* Store an answer, in the transaction of all that are held.  It may be
	   called again for the same answer, and leaves what follows in the request. */
	int		 (*store)(struct request *, struct err *);
	/* Act on what was stored, after the commit. */
	void		 (*committed)(struct request *);
};

/* Set *out to the next request of a reader, or to NULL. */
int	 reader_next(struct extract *, const struct reader *, struct request **,
	    struct err *);
/* Count a request for a row as done, or send what follows it. */
void	 reader_committed(struct request *);
/* True when all that a reader is to read is stored. */
int	 reader_done(const struct extract *, enum reader_id);
/* Begin a reader again at the first row; whole: nothing is to be read. */
void	 reader_reset(struct extract *, enum reader_id, int whole);

/* Add an empty row to a page; NULL when the page is full. */
struct todo_row *todo_add(struct todo *);
/* Key of the last row, "" before the first page. */
const char *todo_after(const struct todo *);
/* Free the rows of a page; todo.last stays. */
void	 todo_clear(struct todo *);
void	 todo_free(struct todo *);

#endif
