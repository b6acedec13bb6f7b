#pragma once

#include "qtest/qtest.h"

/*
 * Change an object as a user of qTest does:
 *	POST /__mock/break?kind=case&key=X-T1&do=...
 * kind is module, case, release, build, cycle, suite, run, log, requirement or defect;
 * key is an id, a pid, the value of "Zephyr Key", KEY of a "[zephyr KEY]" in description
 * or note, or a name.
 * project= is needed if there are several.
 *	do=set&field=name|description|precondition|note&value=TEXT
 *	do=set&field=external&value=KEY		(requirement: imported from Jira)
 *	do=step&n=N&field=description|expected|actual|status|step&value=TEXT (step: of a
 *	log, the id of its step)
 *	do=date&field=start|end&value=DATE	(log, release)
 *	do=status&value=NAME			(log)
 *	do=property&field=LABEL&value=TEXT	(as stored: an id for a combo)
 *	do=delete	do=duplicate
 *	do=lock		do=unlock		(run)
 *	do=attach|replace&field=NAME&value=TEXT	do=detach&field=NAME	(its files)
 *	do=link|unlink&field=TYPE&value=ID	TYPE as in the calls; a pid for defects
 *	do=restore				(key is the id of a deleted object)
 * A case that is changed gets a new minor version, and every object a new date of
 * modification; with quiet=1 neither happens.
 */
handler	 qtest_break;
