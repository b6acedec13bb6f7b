#ifndef ZEXTRACT_INLINE_H
#define ZEXTRACT_INLINE_H

#include <stddef.h>

struct extract;

/* Where images stand: between inline*.c. */
enum { PLACE_OWNERS = 32 };

struct place {
	int	 owner;		/* index of its key */
	char	*field, *url;
};

struct places {
	struct extract	*x;
	char		*key[PLACE_OWNERS];
	int		 owners, owner;
	struct place	*v;
	size_t		 n;
};

/* Scheme, host and port, or "" when it is nothing to be asked for: no such
   address, or one that only this machine or its network means. */
char	*inline_host(const struct extract *, const char *url);
/* The last part of its path, as a browser would name a file; never with a
   slash. */
char	*inline_name(const char *url);

#endif
