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
	int		 used;		/* zload uses it as it was before (stage_use) */
	struct json	 doc;
};

/* An object of qTest, or a step of a case, or a step log of a log: n is its number, and 0
   for the object itself. */
struct part {
	int		 kind;		/* of the object */
	int64_t		 owner;		/* id of the object */
	int64_t		 n, id;		/* number and id of the step or step log */
};

int	 stage_open(struct stage *, struct differences *, struct err *);
/* Store an object, and the files that it lists, unless it is there; ekey is its marker or
   NULL, ord its place. */
int	 stage_put(struct stage *, int kind, int64_t id, const char *ekey,
	    int pkind, int64_t parent, int64_t ord, const struct json *doc,
	    struct err *);
/* Store the step of a case that is its number n. */
int	 stage_step(struct stage *, const struct json *step, int64_t case_id, int64_t n,
	    struct err *);
/* Store a file (id, name, size) of a part, unless it is there. */
int	 stage_file(struct stage *, const struct part *, const struct json *file, struct err *);
/* Store that an object is linked with another one, of which qTest shows id and pid. */
int	 stage_link(struct stage *, int kind, int64_t id, const struct json *object, struct err *);
/* Mark the link of an object with the defect of an issue, or with a requirement, as expected.
   Return how many there are, or -1. */
int64_t	 stage_link_seen(struct stage *, int kind, int64_t id, const char *issue,
	    int64_t requirement, struct err *);
/* Mark the file in this row of table attached as expected. */
int	 stage_file_seen(struct stage *, int64_t row, struct err *);
/* Return the id of the object with this marker, the lowest of several; 0 if there is none. */
int64_t	 stage_id(struct stage *, int kind, const char *ekey);
/* Find an object by marker: the first, which the caller frees, and the ids of all;
   return how many there are. */
int	 stage_find(struct stage *, int kind, const char *ekey, struct found *,
	    char *ids, size_t idslen);
/* Give the object with this id, which has no marker, that of an effect: zload uses it as it was
   (--on-conflict skip). */
int	 stage_use(struct stage *, int kind, int64_t id, const char *ekey, struct err *);
void	 stage_found_free(struct found *);
/* Read the marker of an object, "" if it has none; return 0 if there is no such
   object. */
int	 stage_key(struct stage *, int kind, int64_t id, char key[KEY_MAX]);
/* Return the number, from 1 on, of the step log with id part in the log with this id; 0 when the
   log has none. */
int64_t	 stage_step_log(struct stage *, int64_t log, int64_t part);
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
