#pragma once

#include "select/selection.h"

/* Compile the program of --select; ZX_USAGE. */
int	 selection_compile(struct selection *, struct err *);
/* Ask the program about a record; keep its key if the result is true, and an error
   in selection.why. */
void	 selection_judge(struct selection *, enum stream, const char *key,
	    const struct buf *record);
