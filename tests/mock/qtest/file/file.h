#pragma once

#include "qtest/owner.h"

/*
 * Add a file to the owner, whose files are *v and *n, if the site takes its name, size
 * and type.  Adds a reference to the content.  Returns NULL with the error in the reply.
 */
struct qfile *qfile_add(struct mock *, struct qfile **v, int *n, const char *name,
	    const char *type, struct content *, struct reply *);
