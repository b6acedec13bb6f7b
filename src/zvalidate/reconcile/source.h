#pragma once

#include "reconcile/compare.h"

/*
 * Compare what qTest has of a case with the source tables, without the map: words must
 * occur, names be equal, unless the loss ledger names the field.  A case that already
 * has a difference is not compared.
 */
void	 source_case(struct compare *, struct found *);
/* Put "source " before what differs from now on; return 0 if the object has differences. */
int	 source_begin(struct object *);
/* Report what unless the words of part (NULL: none) occur in html. */
void	 source_words(struct object *, const char *what, const char *html,
	    const char *part);
/* Compare the name, unless it is lost or want is empty. */
void	 source_name(struct compare *, const char *want, const struct found *);
