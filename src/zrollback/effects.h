#pragma once

#include "inventory.h"

/* The effects to roll back: all that every condition holds for. */
struct selection {
	const char	*run, *phase, *kind;	/* NULL: no condition */
	int		 all, lines;	/* lines: those in table line of the inventory */
	int		 duplicates;	/* twins only */
};

/*
 * Store the objects of all effects of the ledger, and choose those of the selection.
 * *wait_ms is set to the time until the youngest request whose outcome is unknown has
 * certainly ended, by settle_ms; 0 without one.  0, -1.
 */
int	 effects_read(struct inventory *, const struct selection *, int64_t settle_ms,
	    int64_t *wait_ms, struct err *);
/* Read the lines of a plan from standard input into table line.  0, or -1 with ZX_DATA for a
   line that is no effect of the ledger. */
int	 effects_read_plan(struct inventory *, struct err *);
/* Once the objects are listed: fail with ZX_DATA if the ledger has no row, or another
   object, for a line, and with ZX_CONFIG if an object has changed since the plan.  In a
   plan that was applied in part, the date of a container may differ.  0, -1. */
int	 effects_check_plan(struct inventory *, struct err *);
