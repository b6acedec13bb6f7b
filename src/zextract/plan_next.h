#pragma once

#include "plan.h"

/*
 * Prints for --plan what the next pass of a project would find new, changed or gone.
 * The rows of the project are copied into a private database, without their texts.
 * The lists are read into it by the same code as in a pass, and its rows are counted.
 * The shared database is only read.
 */
struct db;

/* Copy the rows of a project from the shared database into a private one, in which
   the lists of the next pass can be read. */
int	 plan_next_copy(struct db *from, struct db *to, const char *project,
	    struct err *);
/* Note in the private database which rows are known, and which are read in any case.
   The caller has opened the pass there. */
int	 plan_next_mark(struct db *, struct err *);
/* Print on stdout how many rows the lists show as new, changed or gone. */
int	 plan_next_print(const struct plan *, struct err *);
