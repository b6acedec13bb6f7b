#pragma once

#include <stdint.h>

#include "base/time.h"
#include "io/db/db.h"

/*
 * A pass is one complete reading of a project.  While it is open, the same command
 * continues it and fetches nothing twice.  Once sealed, it does not change any more;
 * pass_open opens the next one.
 */
struct pass {
	int64_t	 n;			/* from 1 */
	int64_t	 opened_ms;		/* since 1970, by the database's clock */
	int	 resumed;		/* it was open before */
	int	 sealed;		/* it is complete, nothing is left to read */
	/* The earlier passes may not have read changes after this ISO time of
	   the source's clock; "" if it is unknown. */
	char	 since[TIME_MAX];
};

/* The clock of the source and the one that stamps its rows may differ by this. */
enum { PASS_OVERLAP_MS = 5 * 60 * 1000 };

/* Which pass to use when the last one is sealed: PASS_LAST, that one; PASS_NEXT, a new
   one, which reads the details of changed rows only; PASS_DEEP, a new one, which reads
   all details. */
enum pass_want { PASS_LAST, PASS_NEXT, PASS_DEEP };

/* Called in the transaction that opens a new pass: mark the stored details that this
   pass has to read again.  0, or -1. */
typedef int	 pass_opening(struct db *, const char *project, enum pass_want,
	    struct err *);

/* Describe the open pass of a project in *p, else the wanted one; a project without a
   pass gets its first.  0, or -1. */
int	 pass_open(struct db *, const char *project, enum pass_want,
	    pass_opening *, struct pass *p, struct err *);
/* Store the source's time at its first answer in this pass; ms 0 (no time was sent)
   does nothing.  Runs in the caller's transaction. */
int	 pass_clock(struct db *, const char *project, int64_t n, int64_t ms,
	    struct err *);
/* Seal pass n; state is "sealed" or "unproven".  Runs in the caller's transaction. */
int	 pass_seal(struct db *, const char *project, int64_t n,
	    const char *state, struct err *);
