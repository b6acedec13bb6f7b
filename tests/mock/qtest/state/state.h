#ifndef MOCK_QTEST_STATE_STATE_H
#define MOCK_QTEST_STATE_STATE_H

#include "qtest/qtest.h"

/*
 * All that stands in qTest, as JSON with sorted members.  normal: without
 * ids and server times, siblings sorted by content, objects named by the value
 * of "Zephyr Key" or by their path; so two loads that made the same things in
 * another order print the same bytes.  Positions of modules and cycles stay.
 */
void	 qstate_print(struct mock *, int64_t project, int normal,
	    struct buf *);
/* How an object is called in the state: its key or its path. */
void	 qstate_address(struct mock *, const struct qobj *, struct buf *);

#endif
