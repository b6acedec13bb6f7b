#pragma once

struct err;
struct work;

/* --plan: print how many effects a load would create, update or leave unchanged, and how many
   requests it would send.  Write nothing, neither to the database nor to qTest.  0, -1. */
int	 plan(struct work *, struct err *);
