#ifndef DOMAIN_PASS_H
#define DOMAIN_PASS_H

#include <stdint.h>

#include "io/db.h"

/*
 * One complete reading of a project.  While it is open, the same command
 * goes on with it and fetches nothing twice; once sealed, the next one opens.
 */
struct pass {
	int64_t	 n;			/* from 1 */
	int64_t	 opened_ms;		/* since 1970, the database's clock */
	int	 resumed;		/* it was open already */
};

/*
 * The open pass of a project, or a new one.  anew: everything that only
 * changed rows would have read again (scripts, step results) is read again.
 */
int	 pass_open(struct db *, const char *project, int anew, struct pass *,
	    struct err *);
/* In the caller's transaction; state is "sealed" or "unproven". */
int	 pass_seal(struct db *, const char *project, int64_t n,
	    const char *state, struct err *);

#endif
