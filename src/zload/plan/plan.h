#pragma once

struct claim;
struct err;
struct work;

/*
 * --plan: write a line for each effect that a load would carry out, and a summary.  --apply:
 * check that the lines of the plan that is applied still hold, and keep the claim, if it is held.
 * Write nothing, neither to the database nor to qTest.  0, also when the job was asked to stop;
 * -1.
 */
int	 plan(struct work *, struct claim *, struct err *);
