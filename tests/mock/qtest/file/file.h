#pragma once

#include "qtest/api.h"

/* The files of an object, a step or a step log. */
struct qowner {
	struct qfile	**v;
	int		 *n;
	int64_t		  id;
	struct qobj	 *o;		/* the object, or the case or log around it */
};

/* Find the owner that the path names by type and id; return -1 with the error in the
   reply.  Runs, suites, cycles and modules have no files (qtest-api.md 2.16). */
int	 qowner_find(struct mock *, const struct request *, struct qowner *,
	    struct reply *);
/* Call fn for each owner of a kind in the project, until fn returns other than 0. */
void	 qowner_each(struct qproject *, enum qkind,
	    int (*fn)(const struct qowner *, void *), void *);
/*
 * Add a file to the owner, whose files are *v and *n, if the site takes its name, size
 * and type.  Adds a reference to the content.  Returns NULL with the error in the reply.
 */
struct qfile *qfile_add(struct mock *, struct qfile **v, int *n, const char *name,
	    const char *type, struct content *, struct reply *);
