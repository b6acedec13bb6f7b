#pragma once

#include "reconcile/difference.h"

/* An object of qTest, or of the source, that is compared. */
struct object {
	struct differences *to;
	int		 kind;
	const char	*stream, *skey, *ekey;	/* its source record, its effect */
	char		 part[48];	/* put before what differs: "step 3 " */
	int		 differences;	/* found so far */
};

/* Report that what differs: want is expected, found stands in qTest ("": nothing). */
void	 object_differs(struct object *, const char *what, const char *want,
	    const char *found);
/* The same for two numbers; a negative one is nothing. */
void	 object_number_differs(struct object *, const char *what, int64_t want,
	    int64_t found);
