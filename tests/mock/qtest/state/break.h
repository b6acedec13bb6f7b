#ifndef MOCK_QTEST_STATE_BREAK_H
#define MOCK_QTEST_STATE_BREAK_H

#include "qtest/qtest.h"

/*
 * Somebody's hand in qTest:
 *	POST /__mock/break?kind=case&key=X-T1&do=...
 * kind: module case release cycle suite run log.  key: an id, a pid, the value
 * of "Zephyr Key", KEY of a "[zephyr KEY]" in description or note, or a name.
 * project= when there are several.
 *	do=set&field=name|description|precondition|note&value=TEXT
 *	do=step&n=N&field=description|expected|actual|status&value=TEXT
 *	do=date&field=start|end&value=DATE	(log, release)
 *	do=status&value=NAME			(log)
 *	do=property&field=LABEL&value=TEXT	(as stored: an id for a combo)
 *	do=delete	do=duplicate
 * A case changed so gets a new minor version and every object a new
 * modification date, as from a user; quiet=1: neither.
 */
void	 qtest_break(struct mock *, struct request *, struct reply *);

#endif
