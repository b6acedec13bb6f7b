#pragma once

struct err;
struct task;

/* Put the results that no step log has as a table into the note of the body.  0, -1. */
int	 step_note(struct task *, struct err *);
