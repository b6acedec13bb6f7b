#pragma once

#include "qtest/owner.h"

/* Remove a link from one end; return whether it was there. */
int	 qlink_drop(struct qlinks *, enum qkind, int64_t id);
/* Add a link to both ends; remove it from both and return whether it was there. */
void	 qlink_join(const struct qowner *, const struct qowner *);
int	 qlink_part(const struct qowner *, const struct qowner *);
/*
 * Find a defect by its pid, DF-1, or by the key of an issue of a project that
 * --integration names, which becomes a defect of the project if create is set.
 * Returns -1 if there is none.
 */
int	 qdefect_at(struct mock *, struct qproject *, const char *key, int create,
	    struct qowner *);
