#pragma once

#include "io/db/db.h"
#include "io/json/json.h"

/*
 * Set *out, which the caller frees, to the rows of q as an array of objects, and end the
 * query.  cols names the columns in their order, with a type behind a colon unless it is
 * text: "key n:i at:t" (i number, t time, written as ISO text, j JSON text).  A name has
 * fewer than 64 bytes.  Returns 0, or -1 with e set and no value in *out.
 */
int	 rows_read(struct db_query *q, const char *cols, struct json *out, struct err *e);
