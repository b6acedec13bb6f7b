#ifndef IO_DB_PG_H
#define IO_DB_PG_H

#include <libpq-fe.h>

#include "io/db/db_back.h"

/* Between db_pg*.c; nobody else includes it. */
struct pg {
	PGconn	*c;
	int	 pending;	/* statements sent and not answered */
	size_t	 bytes;		/* ... and their parameters */
	int64_t	 xid;		/* of this transaction; 0: has written nothing */
	int64_t	 doubt;		/* xid whose COMMIT was not answered */
	int	 gone;		/* waited for in vain: one try a call now */
	int	 marks;		/* there is a table commit_mark */
	int	 marked;	/* this transaction has a mark */
	int64_t	 mark;		/* the last, in that table */
	char	 holder[33];	/* whose it is: this struct's, at random */
};

static inline struct pg *
pg(const struct db *db)
{
	return db->back;
}

int	 pg_connect(struct db *, struct err *);
/* Again, for as long as a restart of the server may take. */
int	 pg_reconnect(struct db *, struct err *);
/* One statement more for the server, and the answers to all that was sent: *last
   (to be cleared) is that of the last one. */
int	 pg_send(struct db *, const char *text, const struct db_args *, struct err *);
int	 pg_drain(struct db *, PGresult **last, struct err *);
/* db_pg_doubt.c: a mark goes into the transaction before its COMMIT.  _again:
   connect, and say whether what was in doubt is there: 1, 0, -1. */
int	 pg_mark(struct db *, struct err *);
void	 pg_marks_forget(struct db *);
int	 pg_again(struct db *, struct err *);
/* What a bad result means, and why, unless something failed before. */
void	 pg_judge(struct db *, const PGresult *, struct err *);
/* The connection broke; returns -1. */
int	 pg_lost(struct db *, struct err *);

#endif
