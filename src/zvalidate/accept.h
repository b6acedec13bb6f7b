#ifndef ZVALIDATE_ACCEPT_H
#define ZVALIDATE_ACCEPT_H

#include "domain/stream/stream.h"

/*
 * --accept FILE: findings that somebody answers for, a JSON object a line:
 * {"stream","key","rule","reason","owner"}; key "*" is every key.  The record
 * passes; its reject row stays, with reason and owner.  So do differences of a
 * reconciliation: rule is what differs, as its line says.
 */
struct accepted {
	char	*stream, *key, *rule, *reason, *owner;
	int64_t	 met;		/* differences of a reconciliation */
};

struct accept {
	struct accepted	*v;
	int		 n;
};

int	 accept_read(struct accept *, const char *path, struct err *);
const struct accepted *accept_find(const struct accept *, enum stream,
	    const char *key, const char *rule);
/* A difference of an object, by its source key or its other key (that of its
   effect). */
const struct accepted *accept_difference(struct accept *, const char *stream,
	    const char *key, const char *other, const char *what);
void	 accept_free(struct accept *);

#endif
