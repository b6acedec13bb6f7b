#pragma once

#include "run.h"

/* Read everything that is not read yet, and write the stream. */
int	 extract_run(struct extract *, struct err *);
/* Read all lists and the names of ids that they lack, and write nothing. */
int	 extract_lists(struct extract *, struct err *);
