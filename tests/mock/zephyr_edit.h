#ifndef MOCK_ZEPHYR_EDIT_H
#define MOCK_ZEPHYR_EDIT_H

#include "zephyr.h"

/*
 * A tester at work between two passes:
 *	POST /__mock/edit?what=case|cycle|plan|execution&do=add|delete|change
 * with key=KEY (or id; not for add) and, to change, name=, step=N&text=
 * (case), status=NAME, comment= (execution).  Answers with the row.
 */
void	 zephyr_edit(struct mock *, struct request *, struct reply *);

#endif
