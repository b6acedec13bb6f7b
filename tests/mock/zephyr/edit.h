#ifndef MOCK_ZEPHYR_EDIT_H
#define MOCK_ZEPHYR_EDIT_H

#include "zephyr/zephyr.h"

/*
 * A tester at work between two passes:
 *	POST /__mock/edit?what=case|cycle|plan|execution&do=HOW
 * HOW is add, delete or change, of a case also version, insert, remove or move,
 * with key=KEY (or id; not for add) and, to change, name=, step=N&text=
 * (case), status=NAME, comment= (execution).  Without name, status and comment
 * the row stays as it is, only its time of update moves: to now, or SECONDS
 * before with ago=.  do=version: the case shows at the end of lists under a
 * new id, as after a new version.  insert (step, text), remove (step) and move
 * (step, to) are about the steps of a case; executions that were there go on
 * showing what they ran.  Answers with the row.
 */
void	 zephyr_edit(struct mock *, struct request *, struct reply *);

#endif
