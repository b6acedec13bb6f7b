#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "domain/store/store.h"

/*
 * Finds the step of a case that a step result belongs to: it has the same place among
 * the steps of the case as they are now (calls expanded) and the same text.  A result
 * without such a step gets none, so that it never goes to a wrong one.
 */
struct leaf {
	int64_t		 n, m;		/* step n; of a called case its step m */
	char		*call;		/* key of the called case, or NULL */
	char		*via;		/* a call inside a call: the calling case */
	int64_t		 via_n;		/* and its step */
	uint64_t	 text;
	int		 whole;		/* the one step of a text script */
};

struct match {
	char		*key;		/* of the case with these steps */
	struct leaf	*v;
	size_t		 n;
};

enum { MATCH_DEPTH = 32, MATCH_MAX = 20000 };

/* Load the steps of a case, with calls expanded, unless they are loaded already. */
int	 match_load(struct match *, struct store *, const char *key,
	    struct err *);
/* Append the stored results to out, each with its step; marks were stored with them
   (result.c). */
void	 match_put(const struct match *, const char *script, size_t len,
	    const char *marks, struct buf *out);
void	 match_free(struct match *);
