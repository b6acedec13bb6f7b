#ifndef DOMAIN_PASS_H
#define DOMAIN_PASS_H

#include <stdint.h>

#include "base/time.h"
#include "io/db/db.h"

/*
 * One complete reading of a project.  While it is open, the same command
 * goes on with it and fetches nothing twice.  Once sealed, it stays as it is;
 * pass_open opens the next one.
 */
struct pass {
	int64_t	 n;			/* from 1 */
	int64_t	 opened_ms;		/* since 1970, the database's clock */
	int	 resumed;		/* it was open already */
	int	 sealed;		/* it is whole: nothing is to be read */
	/* What changed later than this, an ISO time of the source's clock, an
	   earlier pass may not have read.  "": unknown. */
	char	 since[TIME_MAX];
};

/* The source's clock and the one that stamps its rows may differ by this. */
enum { PASS_OVERLAP_MS = 5 * 60 * 1000 };

/* What to open after a sealed pass: PASS_LAST that one again; PASS_NEXT the next,
   which reads details of changed rows only; PASS_DEEP the next, which reads all. */
enum pass_want { PASS_LAST, PASS_NEXT, PASS_DEEP };

/* The open pass of a project, else what is wanted; the first one opens. */
int	 pass_open(struct db *, const char *project, enum pass_want,
	    struct pass *, struct err *);
/* The source's clock when it first answered in this pass; 0: not told.  In the
   caller's transaction, with what that answer brought. */
int	 pass_clock(struct db *, const char *project, int64_t n, int64_t ms,
	    struct err *);
/* In the caller's transaction; state is "sealed" or "unproven". */
int	 pass_seal(struct db *, const char *project, int64_t n,
	    const char *state, struct err *);

#endif
