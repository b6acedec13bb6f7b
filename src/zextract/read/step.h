#ifndef ZEXTRACT_STEP_H
#define ZEXTRACT_STEP_H

#include <stdint.h>

#include "base/buf.h"
#include "io/json/json.h"

#include "list/odd.h"

/* A step of a case as the API has it; its members are looked up once. */
struct step {
	struct json	 raw, id, in, call;	/* in: "inline" */
	const char	*called;		/* key of the case, or NULL */
	char		*own_key;		/* the same, when self alone has it */
	int		 known;			/* members of raw that are these */
	int		 kept;			/* odd values that stand in it */
};

/* The i-th of an array, the nth step of its case; step_close() frees it.  What
   is not understood is kept as text in "inline", and noted. */
void	 step_open(struct step *, const struct json *rows, int i, int64_t n,
	    struct odd *);
void	 step_close(struct step *);
/* Appended as the canonical text of {"id","inline"|"testCase","n"} and
   whatever else came. */
void	 step_put(struct buf *, const struct step *, int64_t n);
/* All empty: a case made by the API has one such step, and it means none. */
int	 step_fake(const struct step *);

#endif
