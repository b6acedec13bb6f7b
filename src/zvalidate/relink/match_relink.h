#pragma once

#include "reconcile/compare.h"

struct target;

/* Check that the texts of an object in qTest link to the objects that they mention, by the row
   of a relink and its body (want).  A mention of an object that qTest lacks is no link.  0,
   -1. */
int	 match_relink(struct compare *, const struct target *, const struct json *want,
	    struct err *);
/* Give the images in the body of a row the addresses of their files, as far as qTest has
   them.  0, -1. */
int	 match_relink_images(const struct compare *, const struct target *, struct json *body,
	    struct err *);
