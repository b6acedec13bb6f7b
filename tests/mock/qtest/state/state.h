#pragma once

#include "qtest/qtest.h"

/*
 * Print all objects of qTest as JSON with sorted members.  normal leaves out ids
 * and times of the server, sorts siblings by content and names objects by the value
 * of "Zephyr Key" or by their path, so that two loads that created the same objects
 * in another order print the same bytes.  Positions of modules and cycles stay.  deleted
 * adds the deleted objects.
 */
void	 qstate_print(struct mock *, int64_t project, int normal, int deleted,
	    struct buf *);
/* Return the name of a kind, "case". */
const char *qstate_kind(enum qkind);
/* Print the name of an object in the state, its key or its path. */
void	 qstate_address(struct mock *, const struct qobj *, struct buf *);
