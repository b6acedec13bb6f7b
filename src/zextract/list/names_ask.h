#pragma once

#include "list/names.h"
#include "reader.h"

/*
 * Requests names of ids that no list contains (an archived status, for example), each
 * once.  An id that has no name is stored as a finding, so that the next run requests
 * it; level info means that it is still to be requested.
 */
struct source;

/* Store new wants, in the transaction of the rows that have them. */
int	 names_report(struct names *, struct source *, struct err *);
/* Read the ids that earlier runs found without a name, and those that Zephyr has no
   name for. */
int	 names_resume(struct names *, struct source *, struct err *);
/* Reads the names that are wanted. */
extern const struct reader name_reader;
/* True when no name is wanted any more. */
int	 names_done(const struct names *, const struct source *);
