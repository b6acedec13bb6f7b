#pragma once

#include "domain/api/qtest.h"
#include "domain/api/qtest_list.h"
#include "domain/api/qtest_marker.h"
#include "domain/ledger/effect.h"
#include "io/json/json.h"

/* How the path of a create names the parent. */
enum kind_place {
	PLACE_FREE,		/* no parent in the path */
	PLACE_PARENT,		/* ?parentId= */
	PLACE_TYPED,		/* ?parentId=&parentType= */
	PLACE_RUN,		/* /test-runs/ID/test-logs */
	PLACE_FIELD,		/* /settings/ARTIFACT/fields */
	PLACE_APPROVE,		/* PUT /test-cases/ID/approve */
	PLACE_FILE,		/* /TYPE/ID/blob-handles (file_effect.h) */
	PLACE_LINK		/* /TYPE/ID/defects or /TYPE/ID/link (link_effect.h) */
};

struct task;

/* The request that makes an effect of one kind, and the answers to it. */
struct kind {
	const char	*name;
	const char	*artifact;	/* whose fields its properties are */
	const char	*path;		/* of the collection */
	const char	*whole;		/* query that reads an object with all parts, or NULL */
	const char	*as_parent;	/* value of parentType for its children */
	enum kind_place	 place;
	enum marker_place marker;
	enum qtest_paging paging;
	/* Prepare the request of a ready task, or end or block the task.  0, -1. */
	int		(*prepare)(struct task *, struct err *);
	/* Store more of the reply .doc than ids and dates, or NULL. */
	void		(*on_done)(struct task *);
	/* Return the path for kind_listing(), or NULL: the path of the create and .list_query. */
	char		*(*listing)(const char *path, const struct json *sent, int steps);
	/* Find the object of a task, whose body is sent, in an item of the listing: 1 and *out (the
	   caller frees it), 0.  NULL: the item is the object if its marker or name fits. */
	int		(*find)(const struct json *sent, const struct json *item, struct json *out);
	const char	*list_query;
	/* Path that lists its objects at the root with all objects below, or NULL. */
	const char	*containers;
};

/* Use this table.  Call it once, before the other functions. */
void	 kind_use(const struct kind table[KIND_COUNT]);
/* Return the row of a kind, NULL of KIND_UNKNOWN. */
const struct kind *kind_of(enum effect_kind);
/* Each of these returns a path, which the caller frees. */
/* The path that creates an effect below parent (0: root). */
char	*kind_create(const struct kind *, const struct effect *,
	    int64_t parent, const char *parent_kind);
/* The path of one object; parent: of a log, its run. */
char	*kind_object(const struct kind *, int64_t parent, int64_t id);
/* The path that reads the object at path with all its parts. */
char	*kind_whole(const struct kind *, const char *path);
/* The path of the list that contains an object created by this path and body; steps: with
   the steps of cases. */
char	*kind_listing(const struct kind *, const char *path, const struct json *sent, int steps);
