#pragma once

#include <stdint.h>

struct err;
struct task;

enum { STEP_CASES = 64 };

/* Facts about cases, by hash, until a case is approved; case_steps.c keeps them. */
struct step_cases {
	struct { char *key; int is_kept; } kept[STEP_CASES];
	int64_t		 ready[STEP_CASES];	/* ids of called cases that are approved */
};

/* Check that the called case with this id is approved, if the ledger has it.  1, 0 when the
   task is blocked, -1. */
int	 steps_called(struct task *, int64_t id, struct err *);
/* Check if the case with this key was edited in qTest and kept.  1, 0, -1. */
int	 steps_kept(struct task *, const char *key, struct err *);
