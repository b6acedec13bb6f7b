#ifndef IO_ROWS_H
#define IO_ROWS_H

#include "io/db/db.h"
#include "io/json/json.h"

/*
 * Read the rows of a query as an array of objects, and end the query.  cols names the
 * columns, with a type behind a colon: "key n:i at:t" (i number, t time as ISO text, j
 * JSON text; else text).
 */
int	 rows_read(struct db_query *, const char *cols, struct json *out, struct err *);

#endif
