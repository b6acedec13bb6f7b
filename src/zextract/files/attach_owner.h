#pragma once

#include "domain/stream/stream.h"

#include "files/attach.h"

/* The kinds of objects that have files, and which of the objects are read. */
struct todo;

struct attach_kind_of {
	enum stream	 stream;
	const char	*name, *path, *sql;
	enum attach_depth depth;
	const char	*unread, *unavailable;	/* rules of findings */
};
extern const struct attach_kind_of attach_kinds[ATTACH_KINDS];

int	 attach_is_step(int kind);
/* Add owners of a kind to a page of its reader. */
int	 attach_page(struct attach *, struct todo *, struct err *);
/* Return the path of the list of an owner's files (step 0), or of a step's, or, if id is
   not 0, of one of the files.  The caller frees it. */
char	*attach_path(enum stream, const char *owner, int64_t step, int64_t id);
