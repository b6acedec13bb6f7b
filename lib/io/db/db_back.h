#ifndef IO_DB_BACK_H
#define IO_DB_BACK_H

#include "base/buf.h"
#include "io/db/db.h"

/* Between db*.c; nobody else includes it. */
enum { DB_PARAMS = 128, DB_CACHE = 512, DB_HURRY_MS = 2000 };

/* Types are s i d b or 0, lengths those of all texts. */
struct db_args {
	int		 n;
	struct db_val	 v[DB_PARAMS];
	char		*mended[DB_PARAMS];	/* texts that had to be copied */
	int		 nmended;
};

/* A statement, found again by its text. */
struct db_sql {
	uint64_t	 hash;		/* of src */
	char		*src;		/* as the caller wrote it; NULL: free slot */
	char		*text;		/* as the database takes it */
	int		 params;
	int		 busy;		/* SQLite: a db_query is on it */
	int		 loose;		/* not in the cache: free after use */
	void		*st;		/* SQLite: prepared */
};

/* What the last failure means for its transaction. */
enum db_outcome { DB_FATAL, DB_REDO, DB_LOST };

struct db_ops {
	int	 (*open)(struct db *, struct err *);
	void	 (*close)(struct db *);
	int	 (*begin)(struct db *, struct err *);
	int	 (*commit)(struct db *, struct err *);
	void	 (*rollback)(struct db *);
	/* connected again after DB_LOST: 1 the doubtful commit did happen,
	   0 it did not, -1 no way to connect */
	int	 (*again)(struct db *, struct err *);
	int64_t	 (*exec)(struct db *, struct db_sql *, const struct db_args *,
		    struct err *);
	int	 (*put)(struct db *, struct db_sql *, const struct db_args *,
		    struct err *);
	int	 (*script)(struct db *, const char *, struct err *);
	void	 (*query)(struct db_query *, struct db_sql *,
		    const struct db_args *);
	int	 (*row)(struct db_query *);
	const char *(*str)(struct db_query *, int);
	const void *(*blob)(struct db_query *, int, size_t *);
	int64_t	 (*num)(struct db_query *, int);
	int	 (*null)(struct db_query *, int);
	void	 (*done)(struct db_query *);
	void	 (*forget)(struct db_sql *);	/* frees st */
};

struct db {
	const struct db_ops	*ops;
	enum db_kind		 kind;
	char			*url;		/* as given; secret */
	char			*where;
	void			*back;		/* the backend's own */
	int			 in_tx;
	int			 hurry;		/* wait DB_HURRY_MS at most */
	struct err		 first_error;		/* first failure in this tx */
	enum db_outcome		 outcome;		/* of the last failure */
	int			 queries;	/* db_query without db_done */
	int64_t			 statements, commits;
	struct db_sql		 cache[DB_CACHE];	/* by hash */
	struct db_sql		*by_address[DB_CACHE];	/* into cache */
};

extern const struct db_ops db_sqlite_ops, db_pg_ops;
int		 db_sqlite_check(struct db *, int *there, struct err *);
int		 db_sqlite_tune(struct db *, struct err *);

/* postgresql://...: check, hide the password, fill db->where. */
int	 db_pg_url(struct db *, int may_hold_secret, struct err *);

/* Remember the first failure of a transaction: it is doomed. */
void	 db_note(struct db *, const struct err *);

/* For a script: as that database takes it; caller frees. */
char		*db_sql_text(enum db_kind, const char *sql);
/* Fill each and sql of r. */
void		 db_sql_rows(struct db_rows *);
/* The statement with the text of sql, not busy; to be given back by db_sql_put. */
struct db_sql	*db_sql_get(struct db *, const char *sql);
void		 db_sql_put(struct db *, struct db_sql *);	/* done with it */
void		 db_sql_free(struct db *);			/* all */
/* Parameters by their letters; texts are valid UTF-8 without NUL, and end with
   one when the backend asks. */
void		 db_args_get(struct db_args *, int ended, const char *types,
		    va_list);
void		 db_args_add(struct db_args *, int ended,
		    const struct db_val *);
void		 db_args_vals(struct db_args *, int ended,
		    const struct db_val *, int n);
void		 db_args_free(struct db_args *);

#endif
