#ifndef ZLOAD_KIND_H
#define ZLOAD_KIND_H

#include "domain/api/qtest.h"
#include "domain/ledger/effect.h"
#include "io/json/json.h"

/* Where an effect lives in qTest. */
enum kind_place {
	PLACE_FREE,		/* no parent in the path */
	PLACE_PARENT,		/* ?parentId= */
	PLACE_TYPED,		/* ?parentId=&parentType= */
	PLACE_RUN,		/* below its run */
	PLACE_FIELD,		/* below the settings of its artifact */
	PLACE_APPROVE		/* PUT /test-cases/ID/approve */
};

/* Where an object of a kind says that it is ours. */
enum kind_marker {
	MARKER_NONE,
	MARKER_FIELD,		/* property "Zephyr Key"; description without the field */
	MARKER_DESCRIPTION,	/* its last line */
	MARKER_NOTE		/* its last line */
};

struct task;

struct kind {
	const char	*name;
	const char	*artifact;	/* whose fields its properties are */
	const char	*path;		/* of the collection */
	const char	*whole;		/* query to read an object with all parts; NULL: none */
	const char	*as_parent;	/* its word for parentType */
	enum kind_place	 place;
	enum kind_marker marker;
	enum qtest_paging paging;
	/* From a ready task to its request; the task may end or block instead.  0, -1. */
	int		(*prepare)(struct task *, struct err *);
	/* Take more from the reply .doc than ids and dates; NULL: nothing. */
	void		(*on_done)(struct task *);
	/* See kind_listing(); NULL: the path of the create. */
	char		*(*listing)(const struct kind *, const char *path,
			    const struct json *sent, int steps);
};

/* Use this table.  Call it once, before all others. */
void	 kind_use(const struct kind table[KIND_COUNT]);
/* Return the qTest side of a kind, NULL of KIND_UNKNOWN. */
const struct kind *kind_of(enum effect_kind);
/* The path of a create below parent (0: root), of one object, and of the
   listing in which an object created by this path and body must stand. */
char	*kind_create(const struct kind *, const struct effect *,
	    int64_t parent, const char *parent_kind);
char	*kind_object(const struct kind *, int64_t parent, int64_t id);
/* The path that reads the object at path with all its parts. */
char	*kind_whole(const struct kind *, const char *path);
char	*kind_listing(const struct kind *, const char *path,
	    const struct json *sent, int steps);

#endif
