#ifndef BASE_SET_H
#define BASE_SET_H

#include <stddef.h>
#include <stdint.h>

/* A set of hashes; zeroed is the empty set. */
struct set {
	uint64_t	*v;
	size_t		 n, room;
};

/* The hash of a text, never 0. */
uint64_t text_hash(const char *);
/* Add h, which is not 0: 1 when it was not in the set, else 0. */
int	 set_add(struct set *, uint64_t h);
/* Empty the set and free its memory. */
void	 set_free(struct set *);

#endif
