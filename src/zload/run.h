#pragma once

struct claim;
struct err;
struct job;
struct work;

/* Load until nothing is left to do or the job is asked to stop.  The caller holds the claim of
   the target, which is kept.  0, 1 when the job was asked to stop, -1. */
int	 engine(struct work *, struct job *, struct claim *, struct err *);
