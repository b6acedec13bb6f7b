#pragma once

#include <stdint.h>

#include "io/db/db.h"

/*
 * A claim (table claim) is the right to work on something, for one process at a time.
 * The lease is a random id; it ends at a time of the database's clock, which the holder
 * moves on while it lives.  The holder also locks a file named after the lease: the
 * kernel releases the lock, so that processes of the same host know at once if the
 * holder died.
 */
struct claim {
	char		 kind[32], lease[33], host[256];
	char		*key, *path;	/* path: the locked file */
	int64_t		 lease_ms, renew_at;	/* renew_at: monotonic */
	int64_t		 until;		/* monotonic: the claim certainly holds until then */
	int		 fd, held;
};

/*
 * Try to take a claim: 1 if it is held now, 0 if another process holds it (who: its
 * host and the rest of its lease, for a message), -1.  lease_ms 0: 60 s.
 */
int	 claim_take(struct claim *, struct db *, const char *kind,
	    const char *key, int64_t lease_ms, char *who, size_t n,
	    struct err *);
/* Renew the lease once a third of it has passed; the caller calls this often.  -1 with
   ZX_RETRY if it was lost. */
int	 claim_keep(struct claim *, struct db *, struct err *);
/* Give the claim back.  Does nothing if it is not held, or the struct is zeroed. */
void	 claim_drop(struct claim *, struct db *);
