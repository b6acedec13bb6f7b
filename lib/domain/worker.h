#pragma once

#include <stdint.h>

#include "domain/lease.h"
#include "io/db/db.h"

/*
 * Several processes share a job (any text that they agree on, such as "zload HOST/7"),
 * which has WORKER_PARTS parts.  Each process is a worker (table worker), and works only
 * on the parts that it holds (table part).  A stage
 *	worker_start	at its start, before it reads its work,
 *	worker_fence	as the first statement of each transaction that writes work,
 *	worker_share	every third of the lease: it removes the dead, and takes parts,
 *	worker_give	a part of its surplus, once nothing of that part is in flight,
 *	worker_leave	at its end.
 * A lease ends by the clock of the database.
 */
enum { WORKER_PARTS = 64 };

struct worker {
	struct lease	 lease;
	char		*job;
	int64_t		 lease_ms;
	int64_t		 until;		/* time_boot_ms: the lease lasts until then */
	int		 held;		/* it has a row */
	int		 parts;		/* how many it holds */
	int		 surplus;	/* how many of them others should get */
	char		 mine[WORKER_PARTS];
};

/* Become a worker of a job, without parts.  lease_ms 0: 60 s.  Call worker_leave even if
   this fails. */
int	 worker_start(struct worker *, struct db *, const char *job, int64_t lease_ms,
	    struct err *);
/* Renew the lease in the open transaction.  -1 with ZX_RETRY if the lease has ended:
   the caller rolls back and stops, since others may hold its parts. */
int	 worker_fence(struct worker *, struct db *, struct err *);
/* Remove dead workers, and take free parts up to an equal share; sets parts, surplus
   and mine.  Call it outside a transaction. */
int	 worker_share(struct worker *, struct db *, struct err *);
/* Give part n back. */
int	 worker_give(struct worker *, struct db *, int n, struct err *);
/* Give all parts back and remove the worker. */
void	 worker_leave(struct worker *, struct db *);
