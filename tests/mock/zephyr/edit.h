#pragma once

#include "zephyr/zephyr.h"

/*
 * Change a row as a tester does between two passes:
 *	POST /__mock/edit?what=case|cycle|plan|execution&do=HOW
 * HOW is add, delete or change, of a case also version, insert, remove or move,
 * with key=KEY (or id; not for add) and, to change, name=, step=N&text=
 * (case), status=NAME, comment= (execution).  Without name, status and comment
 * only the time of update of the row changes: to now, or to SECONDS before now
 * with ago=.  do=version moves the case to the end of lists under a new id, as a
 * new version does.  insert (step, text), remove (step) and move (step, to) change
 * the steps of a case; earlier executions show the steps that they ran.  The answer
 * is the row.
 */
handler	 zephyr_edit;
