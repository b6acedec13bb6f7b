#pragma once

#include "io/db/db.h"
#include "io/json/json.h"

/* Read all tables that have a column (NULL: all tables), sorted, as an array of objects
   {"name"}, which the caller frees. */
int	 tables_read(struct db *, const char *column, struct json *, struct err *);
