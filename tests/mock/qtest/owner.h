#pragma once

#include "qtest/api.h"

/* What can have files and links: an object, a step of the current version of a case, a
   step log, or a defect of another system. */
struct qowner {
	enum qkind	  kind;
	int64_t		  id;
	struct qfile	**v;		/* its files; NULL for a defect of another system */
	int		 *n;
	struct qlinks	 *link;
	struct qobj	 *o;		/* the object, or the case or log around; or NULL */
	const char	 *key;		/* of a defect of another system, or NULL */
};

/* Fill the owner of a kind and an id; return -1 if it does not exist. */
int	 qowner_at(struct mock *, struct qproject *, enum qkind, int64_t id, struct qowner *);
/* Call fn for each owner of a kind in the project, until fn returns other than 0. */
void	 qowner_each(struct qproject *, enum qkind,
	    int (*fn)(const struct qowner *, void *), void *);
/* Print the pid of an owner; steps and step logs have none. */
void	 qowner_pid(const struct qowner *, struct buf *);
