#pragma once

#include "qtest/qtest.h"

/*
 * Do what a user does with files, links and locks, as break.h describes it.  Returns 0, or
 * -1 if the words are not understood or there is nothing to act on.
 */
int	 qact(struct mock *, struct qobj *, const struct request *);
/* Return whether a word of do= belongs to qact. */
int	 qact_known(const char *how);
/* Print the deleted objects of a project, in the order of their ids. */
void	 qact_deleted(struct mock *, const struct qproject *, struct buf *);
