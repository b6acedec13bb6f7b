#pragma once

#include "io/db/db_pg_link.h"

/* Commits in doubt: those without an answer.  Only db_pg*.c include this. */

/* Write a mark, which identifies the transaction, before its COMMIT. */
int	 pg_mark(struct db *db, struct err *e);
/* Delete the marks of this connection, and old ones of others. */
void	 pg_marks_delete(struct db *db);
/* Connect again and look the commit in doubt up, if there is one. */
enum db_again pg_again(struct db *db, struct err *e);
