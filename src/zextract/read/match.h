#ifndef ZEXTRACT_MATCH_H
#define ZEXTRACT_MATCH_H

#include <stdint.h>

#include "base/buf.h"
#include "domain/store/store.h"

/*
 * Finds the step of a case that a step result belongs to.  It has the same place
 * among the steps as they are now (calls expanded) and the same words.  A result
 * without such a step gets none, so that it never goes to a wrong one.
 */
struct leaf {
	int64_t		 n, m;		/* step n; of a called case its step m */
	char		*call;		/* key of the called case, or NULL */
	char		*via;		/* a call inside a call: the case that */
	int64_t		 via_n;		/* calls .call, and in which step */
	uint64_t	 text;
	int		 whole;		/* the one step that a text makes */
};

struct match {
	char		*key;		/* of the case whose leaves these are */
	struct leaf	*v;
	size_t		 n;
};

enum { MATCH_DEPTH = 32, MATCH_MAX = 20000 };

/* Load the leaves of a case, unless they are loaded already. */
int	 match_load(struct match *, struct store *, const char *key,
	    struct err *);
/* Append the stored results to out, each with its step; marks are those that
   were stored with them (result.c). */
void	 match_put(const struct match *, const char *script, size_t len,
	    const char *marks, struct buf *out);
void	 match_free(struct match *);

#endif
