#ifndef ZEXTRACT_STEP_H
#define ZEXTRACT_STEP_H

#include <stdint.h>

#include "base/buf.h"
#include "io/json.h"

/* A step of a case as the API has it; its members are looked up once. */
struct step {
	struct json	 raw, id, in, call;	/* in: "inline" */
	const char	*called;		/* key of the case, or NULL */
};

/* The i-th of an array; step_close() frees it. */
void	 step_open(struct step *, const struct json *rows, int i);
void	 step_close(struct step *);
/* Appended as the canonical text of {"id","inline"|"testCase","n"} and
   whatever else came. */
void	 step_put(struct buf *, const struct step *, int64_t n);
/* All empty: a case made by the API has one such step, and it means none. */
int	 step_fake(const struct step *);

#endif
