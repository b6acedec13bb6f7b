#pragma once

#include <stddef.h>
#include <stdint.h>

/* A set of numbers, for hashes of texts.  A zeroed struct set is the empty set. */
struct set {
	uint64_t	*v;		/* hash table; 0 is a free slot */
	size_t		 n, room;	/* slots in use; all slots, a power of 2 */
};

/* Return a hash of s that is not 0. */
uint64_t text_hash(const char *s);
/* Add h, which is not 0.  Returns 1 if the set did not contain it, else 0. */
int	 set_add(struct set *t, uint64_t h);
/* True if the set contains h. */
int	 set_has(const struct set *t, uint64_t h);
/* Empty the set and free its memory. */
void	 set_free(struct set *t);
