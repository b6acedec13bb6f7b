#ifndef ZLOAD_STEP_CASES_H
#define ZLOAD_STEP_CASES_H

#include <stdint.h>

struct err;
struct load;
struct task;

/* Is the case with this id, whose steps are listed as called, approved, if it is
   ours?  1, 0 when the task is blocked, -1. */
int	 steps_called(struct task *, int64_t id, struct err *);
/* Was this case edited in qTest and left alone?  1, 0, -1. */
int	 steps_kept(struct load *, const char *key, struct err *);
void	 step_cases_forget(struct load *);

#endif
