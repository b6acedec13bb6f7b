#ifndef IO_DB_H
#define IO_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * One database interface, SQLite and PostgreSQL behind it.  SQL is portable
 * text at the call site or composed (statements are cached by their text),
 * with ?1 ?2 ... for parameters and one letter each in `types`:
 *	s const char * (NULL is NULL)	i int64_t	d double
 *	t const char *, size_t (text)	b const void *, size_t (blob)
 * "{now}" in the text is the database's clock, ms since 1970, as an integer.
 * "{compact}" behind a table makes SQLite keep its rows in the primary key.
 * "{json}" behind a text column lets "->>" read a member of the JSON in it.
 * "{skip}" is FOR UPDATE SKIP LOCKED in PostgreSQL, nothing in SQLite.
 * NUL and bytes that are no UTF-8 in a text become U+FFFD here.
 * A parameter takes its type from its place: where the place has none (in a
 * select list, alone in arithmetic) write CAST(?1 AS BIGINT); a value used in
 * places of two types needs two numbers.
 */
struct db;

enum db_kind { DB_SQLITE, DB_PG };

struct db_query {
	struct db	*db;
	void		*st;		/* statement or result */
	int		 row, cols;
	int		 held;		/* pg: rows of the result */
	void		*blob;		/* pg: the blob decoded last */
	struct err	 e;
};

/*
 * sqlite:PATH (made with mode 0600 when missing), a bare path without : = or
 * blanks, or postgresql://...  A password inside the URL is accepted only when
 * may_hold_secret (it came from the environment): else ZX_USAGE.  SQLite:
 * synchronous=FULL, busy timeout 60 s, and WAL in a new file or one that has
 * it; a file that another program may have made is not changed before db_tune.
 * Open after fork.
 */
int	 db_open(struct db **, const char *url, int may_hold_secret,
	    struct err *);
/* Open an empty database that nobody else sees and that is gone once closed: a
   temporary file of SQLite, in TMPDIR. */
int	 db_open_private(struct db **, struct err *);
/* Set up a file that is known to be ours for writing beside readers. */
int	 db_tune(struct db *, struct err *);
/* Set *path to the file of an SQLite URL, to NULL for PostgreSQL; ZX_USAGE. */
int	 db_file(const char *url, const char **path, struct err *);
/*
 * Check that db_open can succeed, make nothing and connect to nothing: *there
 * is 0 when it would make the file.
 */
int	 db_check(const char *url, int may_hold_secret, int *there,
	    struct err *);
void	 db_close(struct db *);
/* On the way out: from here on a database that is busy or gone is waited for
   2 s at most. */
void	 db_hurry(struct db *);
enum db_kind db_kind(const struct db *);
const char *db_where(const struct db *);	/* for messages, no secrets */

/*
 * A transaction (SQLite: BEGIN IMMEDIATE).  fn returns 0 to commit and -1 to
 * roll back.  When the database was busy, the connection was lost or a
 * serialization failed, everything is rolled back and fn is called again
 * (after reconnecting): it must not keep what a first call computed.  A commit
 * whose answer was lost is looked up first: it never happens twice.
 */
int	 db_tx(struct db *, int (*fn)(struct db *, void *, struct err *),
	    void *arg, struct err *);
/* The pair by hand; db_end commits when rc is 0, rolls back otherwise, and
   returns -1 unless it committed. No redo. */
int	 db_begin(struct db *, struct err *);
int	 db_end(struct db *, int rc, struct err *);

/* One statement now; rows affected, or -1. */
int64_t	 db_exec(struct db *, struct err *, const char *sql,
	    const char *types, ...);
/*
 * One statement of a transaction whose result nobody needs: PostgreSQL sends
 * it without waiting (pipelined), errors come out at the next call that waits
 * or at the commit.  SQLite: as db_exec.  0, or -1.
 */
int	 db_exec_async(struct db *, struct err *, const char *sql,
	    const char *types, ...);
struct db_val {
	char		 type;		/* s i d b t; 0: NULL */
	int64_t		 i;
	double		 d;
	const char	*s;		/* s (NUL-terminated), t and b */
	size_t		 len;		/* of t and b */
};
/* As db_exec, with n parameters in an array. */
int64_t	 db_exec_vals(struct db *, struct err *, const char *sql,
	    const struct db_val *, int n);
/*
 * Put many rows into one table with few such statements, of 8, 4, 2 and 1 rows.
 * into is "INSERT INTO table (column, ...)", rest what follows the rows.  The
 * first `shared` columns are the same in all rows; v has their values, then
 * those of the other columns for one row after another, and is spoilt.
 * The texts are composed at the first call, hence a struct db_rows is static.
 */
enum { DB_ROWS = 4 };
struct db_rows {
	const char	*into, *rest;
	int		 shared;
	int		 each;		/* other columns; these two are filled */
	char		*sql[DB_ROWS];
};
int	 db_exec_rows(struct db *, struct err *, struct db_rows *,
	    struct db_val *v, int rows);
/* Several statements without parameters, separated by ';' (migrations). */
int	 db_script(struct db *, const char *sql, struct err *);

/*
 * Rows in a plain while; a failure reads as the end and db_done tells.
 *	db_query(&q, db, "SELECT ... WHERE k = ?1", "s", key);
 *	while (db_row(&q)) use(db_str(&q, 0));
 *	return db_done(&q, e);
 * PostgreSQL holds the whole result: ask by LIMIT and key, a page at a time.
 * Always call db_done, also when leaving early, and before a transaction
 * begins (a db_exec outside of one is one).
 */
void	 db_query(struct db_query *, struct db *, const char *sql,
	    const char *types, ...);
int	 db_row(struct db_query *);
const char *db_str(struct db_query *, int col);	/* NULL is NULL; borrowed */
size_t	 db_len(struct db_query *, int col);
/* Bytes, borrowed until the next db_blob, db_row or db_done. */
const void *db_blob(struct db_query *, int col, size_t *len);
int64_t	 db_int(struct db_query *, int col);	/* NULL is 0 */
int	 db_null(struct db_query *, int col);
int	 db_done(struct db_query *, struct err *);
/* One integer: *out, or dflt when there is no row or it is NULL. */
int	 db_one(struct db *, int64_t *out, int64_t dflt, struct err *,
	    const char *sql, const char *types, ...);

/* Statements run and transactions committed since open, for the benches. */
void	 db_counts(const struct db *, int64_t *statements, int64_t *commits);

#endif
