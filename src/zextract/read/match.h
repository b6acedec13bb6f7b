#ifndef ZEXTRACT_MATCH_H
#define ZEXTRACT_MATCH_H

#include <stdint.h>

#include "base/buf.h"
#include "domain/store/store.h"

/*
 * Which step of a case a step result belongs to: the same place among the
 * steps as they are now (calls expanded) and the same words.  Anything else
 * has no step: a result never goes to a wrong one.
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

/* The leaves of a case; nothing to do when it is the one before. */
int	 match_load(struct match *, struct store *, const char *key,
	    struct err *);
/* The stored results with their steps filled in, appended to out. */
void	 match_put(const struct match *, const char *script, size_t len,
	    const char *marks, struct buf *out);
void	 match_free(struct match *);

#endif
