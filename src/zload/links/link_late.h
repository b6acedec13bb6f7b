#pragma once

struct err;
struct work;

/* Check if late effects (LEDGER_LATE) are pending, or links stay text that qTest may know by
   now.  1, 0, -1. */
int	 link_late_due(struct work *, struct err *);
/* Prepare the late effects: ask qTest, at most once for each question, for what the pending links
   need, and let those stay text that need an integration which qTest does not have.  The caller
   does so before a loop over work.  0, -1. */
int	 link_late_begin(struct work *, struct err *);
