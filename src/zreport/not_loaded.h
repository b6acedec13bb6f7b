#pragma once

#include "io/db/db.h"
#include "io/json/json.h"

/*
 * Set *out, which the caller frees, to an object about what is not in qTest: the numbers
 * files and losses, words ("N files, M losses" without what is 0), and unasked, true if
 * files of some objects were not read.
 */
int	 not_loaded_read(struct db *, const char *project, struct json *out, struct err *);
