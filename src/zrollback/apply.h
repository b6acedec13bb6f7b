#pragma once

#include "inventory.h"
#include "link.h"

/*
 * Delete what inventory_decide() lets go, in the order of deletion: the intents of a group are
 * committed, its requests sent, and their results committed.  A request whose outcome is
 * unknown is read back once settle_ms have passed.  *refused is set to the number of
 * requests that qTest refused; the objects stay with all that they need, and the others
 * are deleted.  0, -1.
 */
int	 apply(struct inventory *, struct link *, int64_t settle_ms, int *refused,
	    struct err *);
