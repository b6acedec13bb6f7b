#pragma once

#include "domain/stream/stream.h"
#include "io/json/json.h"

/*
 * --accept FILE: errors and differences that are accepted, one JSON object per line:
 * {"stream","key","rule","reason","owner"}; key "*" is every key, rule is what the
 * difference's line names.  An accepted record passes; its reject keeps reason and
 * owner.
 */
struct accepted {
	struct json	 line;		/* has the texts below */
	const char	*stream, *key, *rule, *reason, *owner;
	int64_t		 met;		/* how often it was found */
};

struct accept {
	struct accepted	*v;
	int		 n;
};

int	 accept_read(struct accept *, const char *path, struct err *);
/* Find what is accepted for a rule and one of two keys of a record, which may be the
   same; NULL if nothing is. */
const struct accepted *accept_find(const struct accept *, const char *stream,
	    const char *key, const char *other, const char *rule);
void	 accept_free(struct accept *);
