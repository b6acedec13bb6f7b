#pragma once

#include "base/buf.h"
#include "io/db/db_args.h"
#include "io/db/db_sql.h"

/* A database and the operations of its kind.  Only db*.c include this. */
enum {
	DB_CACHE = 512,		/* statements kept */
	DB_WAIT_MS = 60 * 1000,	/* longest wait for a database that is busy or gone */
	DB_SHORT_MS = 2000,	/* the same after db_limit_waits */
	DB_LOG_MS = 10 * 1000	/* a wait of this length is logged */
};

/* What a failure means for its transaction: no use to repeat it; repeat it; the
   connection is lost. */
enum db_outcome { DB_FATAL, DB_REDO, DB_LOST };

/* What is known of the last commit after the connection was lost: no new connection;
   none was in doubt, or it did not happen; it happened. */
enum db_again { DB_UNKNOWN = -1, DB_UNCOMMITTED, DB_COMMITTED };

/* Run a statement; returns the rows affected, or -1 with e set. */
typedef int64_t	 db_exec_op(struct db *, struct db_sql *, const struct db_args *,
		    struct err *);

/*
 * The operations of one kind of database, called by the functions of db.h with their
 * arguments checked.  A failure sets db->outcome.
 */
struct db_ops {
	int	 (*open_db)(struct db *, struct err *);
	void	 (*close_db)(struct db *);
	/* SQLite only, else NULL: as db_check and db_tune */
	int	 (*check_file)(struct db *, int *there, struct err *);
	int	 (*tune_file)(struct db *, struct err *);
	int	 (*begin_tx)(struct db *, struct err *);
	int	 (*commit_tx)(struct db *, struct err *);
	void	 (*rollback_tx)(struct db *);
	/* connect again after DB_LOST; NULL for a database that is never lost */
	enum db_again (*connect_again)(struct db *, struct err *);
	db_exec_op *exec;
	db_exec_op *exec_async;		/* result 0: see db_exec_async */
	int	 (*run_script)(struct db *, const char *, struct err *);
	void	 (*run_query)(struct db_query *, struct db_sql *,
		    const struct db_args *);
	int	 (*next_row)(struct db_query *);
	const char *(*get_str)(struct db_query *, int);
	const void *(*get_blob)(struct db_query *, int, size_t *);
	int64_t	 (*get_int)(struct db_query *, int);
	int	 (*is_null)(struct db_query *, int);
	void	 (*end_query)(struct db_query *);
	void	 (*free_statement)(struct db_sql *);	/* free st, which is not NULL */
};

struct db {
	const struct db_ops	*ops;
	enum db_kind		 kind;
	char			*url;		/* file or URL; may have a password */
	char			*where;		/* name for messages, without it */
	void			*back;		/* state of the kind; NULL: not open */
	int			 in_tx;		/* a transaction has begun */
	int			 short_waits;	/* wait DB_SHORT_MS at most */
	struct err		 first_error;	/* first failure in the transaction */
	enum db_outcome		 outcome;	/* of the last failure */
	int			 queries;	/* db_query without db_done */
	int64_t			 statements;	/* run so far */
	struct db_sql		 cache[DB_CACHE];	/* by hash */
	struct db_sql		*by_address[DB_CACHE];	/* into cache */
};

extern const struct db_ops db_sqlite_ops, db_pg_ops;

/* Check the postgresql:// URL in db->url, register its password as a secret and set
   db->where; ZX_USAGE for a password that other users can see. */
int	 db_pg_url(struct db *db, enum db_url_from from, struct err *e);

/* Copy why to e, and keep it as the error of the transaction, which can no longer be
   committed; returns -1. */
int	 db_fail(struct db *db, struct err *e, const struct err *why);
