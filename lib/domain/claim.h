#ifndef DOMAIN_CLAIM_H
#define DOMAIN_CLAIM_H

#include <stdint.h>

#include "io/db/db.h"

/*
 * A lease on work (table claim): who holds it works, others do not.  The
 * lease is a random id; its end is by the database's clock and is moved on
 * while the holder lives.  That a holder of this host died is known at once
 * by a lock on a file of the lease, which the kernel releases.
 */
struct claim {
	char		 kind[32], lease[33], host[256];
	char		*key, *path;	/* path: the locked file */
	int64_t		 lease_ms, renew_at;	/* renew_at: monotonic */
	int64_t		 until;		/* monotonic: ours until then for certain */
	int		 fd, held;
};

/*
 * Take it: 1 held by us now, 0 somebody else holds it (who: host and rest of
 * the lease for a message), -1.  lease_ms 0: 60 s.
 */
int	 claim_take(struct claim *, struct db *, const char *kind,
	    const char *key, int64_t lease_ms, char *who, size_t n,
	    struct err *);
/* Call often: moves the end on when a third of the lease is gone.  -1 and
   ZX_RETRY when it was lost. */
int	 claim_keep(struct claim *, struct db *, struct err *);
/* Give it back; safe twice, and for one that was never taken (zeroed). */
void	 claim_drop(struct claim *, struct db *);

#endif
