#ifndef BASE_OPT_IMPL_H
#define BASE_OPT_IMPL_H

#include "base/opt.h"

/*
 * Put s (NULL: given without a value) into the row's variable.  from is 'c',
 * 'e' or 'f' and decides the status of a failure; where is for people.
 */
int	 opt_put(struct opt *, const char *s, char from, const char *where,
	    struct err *);

/* Write the name of the row's environment twin to out, "" when it has none. */
void	 opt_twin(const struct opt *, char *out, size_t size);

#endif
