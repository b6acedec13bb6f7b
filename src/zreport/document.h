#pragma once

#include "domain/job.h"
#include "io/json/json.h"

/*
 * Read the document that every report is made from: what the database contains, not
 * what was intended (ztoq-db(5)); at most limit rows in a list.  The caller frees it.
 */
int	 document_read(struct job *, int64_t limit, struct json *doc, struct err *);
