#ifndef MOCK_QTEST_STATE_PART_H
#define MOCK_QTEST_STATE_PART_H

#include "qtest/qtest.h"

/* Members that several kinds of objects share in the printed state. */
struct state {
	struct mock		*m;
	struct qproject		*p;
	int			 normal;
};

/* The table that an id of this kind belongs to. */
enum qtype part_type_of(enum qkind);
void	 qpart_ref(const struct state *, const char *name, enum qkind,
	    int64_t id, struct buf *);
void	 qpart_files(const struct qfile *, int n, struct buf *);
void	 qpart_properties(const struct state *, const struct qobj *,
	    struct buf *);
/* With parameters by name, not by id. */
void	 qpart_text(const struct state *, const char *name, const char *,
	    struct buf *);
void	 qpart_steps(const struct state *, const struct qversion *,
	    struct buf *);
void	 qpart_comments(const struct qobj *, struct buf *);
void	 qpart_links(const struct state *, const struct qobj *,
	    struct buf *);
/* id and server times; nothing in the normal form */
void	 qpart_server_part(const struct state *, const struct qobj *,
	    struct buf *);

#endif
