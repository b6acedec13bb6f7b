#pragma once

#include "run.h"

/* Read everything that is not read yet, and write the stream.  Return 0, ZX_RETRY when the
   run stops on purpose before that, or -1. */
int	 extract_run(struct extract *, struct err *);
/* Read all lists and the names of ids that they lack, and write nothing. */
int	 extract_lists(struct extract *, struct err *);
