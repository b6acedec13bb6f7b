#pragma once

#include <stdint.h>

#include "domain/lease.h"
#include "io/db/db.h"

/*
 * A claim (table claim) is the right to work on something, for one process at a time.
 * Its lease ends at a time of the database's clock, which the holder moves on while it
 * lives.
 */
struct claim {
	struct lease	 lease;
	char		 kind[32], *key;
	int64_t		 lease_ms, renew_at;	/* renew_at: monotonic */
	int64_t		 until;		/* monotonic: the claim certainly holds until then */
	int		 held;
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
