#pragma once

#include "io/db/db_pg_link.h"

/* The pipeline of statements to a PostgreSQL server.  Only db_pg*.c include this. */

/* Send the statement text with the parameters a, or NULL for none, without waiting. */
int	 pg_send(struct db *db, const char *text, const struct db_args *a, struct err *e);
/*
 * Read the answers to all statements sent; returns -1 with e set to the first failure.
 * Sets *last, unless last is NULL, to the result of the last statement, which the
 * caller clears; to NULL after a failure.
 */
int	 pg_drain(struct db *db, PGresult **last, struct err *e);
