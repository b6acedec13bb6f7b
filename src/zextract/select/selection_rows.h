#pragma once

#include "select/selection.h"

/* Writes table chosen, in the caller's transaction: the records of the selection, and those
   that they refer to. */

/* Remove the rows of the project. */
int	 selection_clear(struct selection *, struct err *);
/* Give the grade of a match to the keys of a stream that --select kept. */
int	 selection_keep(struct selection *, enum stream, struct err *);
/* Choose what the options ask for. */
int	 selection_init(struct selection *, struct err *);
/* Give this grade to all records that rows of this grade and above refer to. */
int	 selection_add_dependencies(struct selection *, enum selection_grade, struct err *);
/* Note for each stream whether rows below the grade are left out. */
int	 selection_is_partial(struct selection *, enum selection_grade, struct err *);
