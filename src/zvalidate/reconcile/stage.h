#pragma once

#include "io/json/json.h"
#include "reconcile/difference.h"

/*
 * The stage: a private SQLite database with what qTest contains, found by marker.  A
 * failure of a function without struct err is kept in the differences.
 */
struct stage {
	struct db		*db;		/* the caller closes it */
	struct differences	*to;
};

/* An object of qTest. */
struct found {
	int64_t		 n, id, parent;
	int		 pkind;		/* kind of its parent, -1 at the root */
	struct json	 doc;
};

int	 stage_open(struct stage *, struct differences *, struct err *);
/* Store an object unless it is there; ekey is its marker or NULL, ord its place. */
int	 stage_put(struct stage *, int kind, int64_t id, const char *ekey,
	    int pkind, int64_t parent, int64_t ord, const struct json *doc,
	    struct err *);
/* Store the step of a case that is its number n. */
int	 stage_step(struct stage *, int64_t id, int64_t case_id, int64_t n, struct err *);
/* Find an object by marker: the first, which the caller frees, and the ids of all;
   return how many there are. */
int	 stage_find(struct stage *, int kind, const char *ekey, struct found *,
	    char *ids, size_t idslen);
void	 stage_found_free(struct found *);
/* Read the marker of an object, "" if it has none; return 0 if there is no such
   object. */
int	 stage_key(struct stage *, int kind, int64_t id, char key[KEY_MAX]);
/* Read the marker of a step's case and the step's number; return 0 if there is no
   such step. */
int	 stage_place(struct stage *, int64_t step, char key[KEY_MAX], int64_t *n);
/* Mark all objects with this marker as expected; eord is the expected place of object
   number n among its siblings, NULL for none. */
void	 stage_seen(struct stage *, int kind, const char *ekey, int64_t n,
	    const int64_t *eord);
/* Return 1 if src was mapped to dst before, or never; else before is what it was
   mapped to. */
int	 stage_mapped(struct stage *, const char *src, const char *dst,
	    char before[KEY_MAX]);
