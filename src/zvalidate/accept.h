#ifndef ZVALIDATE_ACCEPT_H
#define ZVALIDATE_ACCEPT_H

#include "domain/stream.h"

/*
 * --accept FILE: findings that somebody answers for, a JSON object a line:
 * {"stream","key","rule","reason","owner"}; key "*" is every key.  The record
 * passes; its reject row stays, with reason and owner.
 */
struct accepted {
	char	*stream, *key, *rule, *reason, *owner;
};

struct accept {
	struct accepted	*v;
	int		 n;
};

int	 accept_read(struct accept *, const char *path, struct err *);
const struct accepted *accept_find(const struct accept *, enum stream,
	    const char *key, const char *rule);
void	 accept_free(struct accept *);

#endif
