#pragma once

#include <libpq-fe.h>

#include "io/db/db_back.h"

/* The connection to a PostgreSQL server and its errors.  Only db_pg*.c include this. */
struct pg {
	PGconn	*c;
	int	 pending;	/* statements sent whose answers are not read */
	size_t	 bytes;		/* of their parameters */
	int64_t	 xid;		/* id of the transaction; 0: it has written nothing */
	int64_t	 doubt;		/* xid of a COMMIT in doubt, or 0 */
	int	 gone;		/* the last pg_reconnect failed: try only once now */
	int	 marks;		/* the table commit_mark exists */
	int	 marked;	/* this transaction has written a mark */
	int64_t	 mark;		/* number of the last mark written */
	char	 holder[33];	/* random name of this connection in commit_mark */
};

static inline struct pg *
pg(const struct db *db)
{
	return db->back;
}

/* Connect, after closing an earlier connection; returns -1 with e set if that fails. */
int	 pg_connect(struct db *db, struct err *e);
/* Connect, and try again for as long as a restart of the server may take. */
int	 pg_reconnect(struct db *db, struct err *e);
/* Set db->outcome and, unless an error is set already, e for the failed result r. */
void	 pg_judge(struct db *db, const PGresult *r, struct err *e);
/* Set db->outcome and e for a broken connection; returns -1. */
int	 pg_lost(struct db *db, struct err *e);
