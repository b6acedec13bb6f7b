#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "io/json/json.h"

#include "list/odd.h"

/* A step of a case as the API sends it; its members are looked up once. */
struct step {
	struct json	 raw, id, in, call;	/* in: "inline" */
	const char	*called;		/* key of the case, or NULL */
	char		*own_key;		/* the same, if self alone has the key */
	int		 known;			/* how many of these members raw has */
	int		 kept;			/* odd values that are kept in it */
};

/* Read the i-th element of an array, the nth step of its case; step_close() frees
   it.  A value that is not understood is kept as text in "inline", and noted in odd. */
void	 step_open(struct step *, const struct json *rows, int i, int64_t n,
	    struct odd *);
void	 step_close(struct step *);
/* Append the canonical text {"id","inline"|"testCase","n"} of a step with its other
   members. */
void	 step_put(struct buf *, const struct step *, int64_t n);
/* True for an empty step.  A case made by the API has one, which means that it has
   no steps. */
int	 step_fake(const struct step *);
