#pragma once

#include "base/err.h"

/*
 * A lease is a random id in the database.  Its holder also locks a file named after the
 * lease: the kernel releases the lock, so that processes of the same host know at once
 * if the holder died.
 */
struct lease {
	char	 id[33], host[256];
	char	*path;			/* the locked file, or NULL */
	int	 fd;
};

/* Choose an id and lock its file. */
int	 lease_open(struct lease *, struct err *);
/* Return 1 if the holder of lease id on this host is certainly dead, 0 if it lives or
   that is unknown.  It must not be a lease of this process. */
int	 lease_is_dead(const char *id);
/* Release the lock; remove the file unless keep is set. */
void	 lease_close(struct lease *, int keep);
