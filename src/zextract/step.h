#ifndef ZEXTRACT_STEP_H
#define ZEXTRACT_STEP_H

#include <stdint.h>

#include "base/buf.h"
#include "io/json.h"

/* A step of a case, as the API has it, appended as the canonical text of
   {"id","inline"|"testCase","n"} and whatever else came. */
void	 step_put(struct buf *, const struct json *, int64_t n);
/* All empty: a case made by the API has one such step, and it means none. */
int	 step_fake(const struct json *);

#endif
