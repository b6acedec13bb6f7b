#pragma once

#include "qtest/qtest.h"

/* A state that is being printed, of one project. */
struct state {
	struct mock		*m;
	struct qproject		*p;
	int			 normal, deleted;
};

/* Return the type of objects to which the fields of a kind belong. */
enum qtype part_type_of(enum qkind);
/* Compare two elements of an array of texts, for qsort. */
int	 qpart_by_text(const void *, const void *);
void	 qpart_ref(const struct state *, const char *name, enum qkind,
	    int64_t id, struct buf *);
/* Print files, sorted by name in a normal state: their order says nothing. */
void	 qpart_files(const struct state *, const struct qfile *, int n, struct buf *);
/* Print the files of an object if there are any. */
void	 qpart_some_files(const struct state *, const struct qobj *, struct buf *);
void	 qpart_properties(const struct state *, const struct qobj *,
	    struct buf *);
/* Print a text that names its parameters instead of showing their ids. */
void	 qpart_text(const struct state *, const char *name, const char *,
	    struct buf *);
/* Remove the site and the project from addresses of objects, and replace the ids by the
   names of the objects. */
void	 qpart_pages(const struct state *, struct buf *);
void	 qpart_steps(const struct state *, const struct qversion *,
	    struct buf *);
void	 qpart_comments(const struct qobj *, struct buf *);
/* Print the names of what is linked; an empty list only if always is set. */
void	 qpart_links(const struct state *, const struct qlinks *, int always,
	    struct buf *);
/* Print id and times of the server; nothing in the normal form. */
void	 qpart_server_part(const struct state *, const struct qobj *,
	    struct buf *);
