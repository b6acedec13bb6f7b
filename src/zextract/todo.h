#pragma once

#include <stdint.h>

#include "io/db/db.h"

/* An object that is to be read. */
struct todo_row {
	int64_t	 num, id;
	char	*key, *hash;		/* hash of its row in the list */
	int	 is_text, was_stored, partial;
	int	 listed;		/* files: only those of its steps are missing */
	int	 kind;		/* of todo */
};

enum { TODO_PAGE = 64 };

/* A page of rows, and how far a reader has come in this run. */
struct todo {
	int		 kind;		/* enum attach_kind of rows of files */
	struct todo_row	 row[TODO_PAGE];
	int		 i, n;		/* next row; rows of the page */
	struct todo_row	 last;		/* where the page ended: num, id, key */
	int		 whole;		/* no rows are left */
	int		 open;		/* requests whose answers are not stored */
	int64_t		 done;
};

/* Add an empty row to a page and return it, or NULL when the page is full. */
struct todo_row *todo_add(struct todo *);
/* Add the rows of a query with the columns key, id, num, was_stored, partial and is_text,
   of which the last ones may be missing (columns says how many it has); end the query. */
int	 todo_add_rows(struct todo *, struct db_query *, int columns, struct err *);
/* Return the key of the last row, "" before the first page. */
const char *todo_after(const struct todo *);
/* Free the rows of a page; todo.last stays. */
void	 todo_clear(struct todo *);
void	 todo_free(struct todo *);
