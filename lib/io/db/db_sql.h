#pragma once

#include <stdint.h>

#include "io/db/db.h"

/* Statements and their cache, a part of struct db.  Only db*.c include this. */
struct db_sql {
	uint64_t	 hash;		/* of src */
	char		*src;		/* as the caller wrote it; NULL: free slot */
	char		*text;		/* as the database takes it */
	int		 params;	/* number of parameters */
	int		 busy;		/* SQLite: a db_query uses it */
	int		 loose;		/* not in the cache: freed after use */
	void		*st;		/* SQLite: prepared statement */
};

/* Return sql as the database takes it; the caller frees it. */
char		*db_sql_text(enum db_kind kind, const char *sql);
/* Set each and sql of r. */
void		 db_sql_rows(struct db_rows *r);
/* Return the statement sql, which is not busy; the caller gives it back. */
struct db_sql	*db_sql_get(struct db *db, const char *sql);
void		 db_sql_put(struct db *db, struct db_sql *q);
/* Free all statements. */
void		 db_sql_free(struct db *db);
