#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * One interface to SQLite and PostgreSQL.
 *
 * SQL is portable text with ?1 ?2 ... for parameters, and types has a letter for each:
 *	s const char * (NULL is NULL)	i int64_t
 *	t const char *, size_t (text)	b const void *, size_t (blob)
 * NUL and invalid UTF-8 in a text become U+FFFD.  A parameter has the type of its place;
 * where the place has none (in a select list, alone in arithmetic) write
 * CAST(?1 AS BIGINT).  A value at places of two types needs two numbers.
 * Statements are cached by their text, so it may be composed.
 *
 * These words in SQL are replaced:
 *	{now}		the clock of the database, ms since 1970, an integer
 *	{compact}	behind CREATE TABLE: rows in the primary key (SQLite)
 *	{json}		behind a text column: JSON, whose members ->> reads
 *	{skip}		FOR UPDATE SKIP LOCKED (PostgreSQL), nothing in SQLite
 *
 * Functions that return int return 0, or -1 with e set: ZX_IO for a database that cannot
 * be used, ZX_BUG for a wrong statement.
 */
struct db;

enum db_kind { DB_SQLITE, DB_PG };

/* The origin of a database URL: the command line, which other users of the machine can
   see, or the environment or a file. */
enum db_url_from { DB_URL_PUBLIC, DB_URL_PRIVATE };

/* The rows of a query; members are private to db*.c. */
struct db_query {
	struct db	*db;
	void		*st;		/* statement (SQLite) or result (PostgreSQL) */
	int		 row;		/* PostgreSQL: row read last; SQLite: -1 at the end */
	void		*blob;		/* PostgreSQL: the blob decoded last */
	struct err	 e;		/* failure, for db_done */
};

/*
 * Open the database url: sqlite:PATH, a bare path without : = or blanks, or
 * postgresql://...  A password in a URL that is DB_URL_PUBLIC is an error (ZX_USAGE).
 * A missing SQLite file is created with mode 0600.  SQLite runs with synchronous=FULL
 * and waits 60 s for other processes; a new file, or one that has it, uses WAL.  Other
 * files, which another program may have made, are not changed before db_tune.
 * Open a database after fork(), not before.
 */
int	 db_open(struct db **db, const char *url, enum db_url_from from, struct err *e);
/* Open an empty database that no other process sees: a temporary file of SQLite in
   TMPDIR, deleted by db_close. */
int	 db_open_private(struct db **db, struct err *e);
/* Let an SQLite file, which is known to be ours, use WAL. */
int	 db_tune(struct db *db, struct err *e);
/* Set *path to the file of an SQLite URL, to NULL for PostgreSQL; ZX_USAGE if url is
   neither. */
int	 db_file(const char *url, const char **path, struct err *e);
/* Check that db_open can succeed, without creating anything or connecting.  Sets *there
   to 0 if db_open would create the file, else to 1. */
int	 db_check(const char *url, enum db_url_from from, int *there, struct err *e);
/* Close db (or NULL); an open transaction is rolled back. */
void	 db_close(struct db *db);
/* Wait from now on only 2 s for a database that is busy or gone: the program ends. */
void	 db_limit_waits(struct db *db);
enum db_kind db_kind(const struct db *db);
/* Return the name of the database for messages, without its password. */
const char *db_where(const struct db *db);

/*
 * Call fn in a transaction (SQLite: BEGIN IMMEDIATE), and commit if it returns 0, roll back
 * if -1.  If the database is busy, the connection is lost or a serialization fails, the
 * transaction is rolled back and fn is called again, after reconnecting: fn must not keep
 * what an earlier call computed.  A commit in doubt is looked up first, so that fn never
 * takes effect twice.
 */
int	 db_tx(struct db *db, int (*fn)(struct db *, void *, struct err *),
	    void *arg, struct err *e);
/* Begin a transaction; end it: commit if rc is 0, else roll back and return -1.  It is
   not repeated. */
int	 db_begin(struct db *db, struct err *e);
int	 db_end(struct db *db, int rc, struct err *e);

/* Run one statement, outside a transaction in one of its own.  Returns the number of rows
   affected, or -1. */
int64_t	 db_exec(struct db *db, struct err *e, const char *sql,
	    const char *types, ...);
/*
 * Run one statement as db_exec does, without waiting for the result if it is in a
 * transaction (PostgreSQL: pipelined).  A failure is reported by the next call that
 * waits, or by the commit.
 */
int	 db_exec_async(struct db *db, struct err *e, const char *sql,
	    const char *types, ...);
/* One parameter. */
struct db_val {
	char		 type;		/* s i b t; 0: NULL */
	int64_t		 i;
	const char	*s;		/* of s (NUL-terminated), t and b */
	size_t		 len;		/* of t and b */
};
/* Run one statement as db_exec does, with n parameters at v. */
int64_t	 db_exec_vals(struct db *db, struct err *e, const char *sql,
	    const struct db_val *v, int n);
/*
 * Insert rows rows into one table with few statements of 8, 4, 2 and 1 rows, each as by
 * db_exec_async.  v has the values of the first `shared` columns, which are the same
 * in all rows, then those of the other columns row by row; it is overwritten.
 */
enum { DB_ROWS = 4 };
struct db_rows {
	const char	*into;		/* "INSERT INTO table (column, ...)" */
	const char	*rest;		/* what follows the rows, such as ON CONFLICT */
	int		 shared;
	int		 each;		/* number of other columns, set at the first call */
	char		*sql[DB_ROWS];	/* the statements, composed then; never freed, so
					   a struct db_rows is static */
};
int	 db_exec_rows(struct db *db, struct err *e, struct db_rows *r,
	    struct db_val *v, int rows);
/* Run several statements without parameters, separated by ';' (migrations). */
int	 db_script(struct db *db, const char *sql, struct err *e);

/*
 * Read rows.  A failure looks like the end of the rows and is returned by db_done:
 *	db_query(&q, db, "SELECT ... WHERE k = ?1", "s", key);
 *	while (db_row(&q)) use(db_str(&q, 0));
 *	return db_done(&q, e);
 * PostgreSQL keeps the whole result in memory: read long tables in pages, by LIMIT and
 * key.  db_done must be called for each query, and before a transaction begins (that of
 * a db_exec included).
 */
void	 db_query(struct db_query *q, struct db *db, const char *sql,
	    const char *types, ...);
/* Move to the next row; returns 0 if there is none. */
int	 db_row(struct db_query *q);
/* Return the text in column col (from 0), NULL for NULL; valid until the next row. */
const char *db_str(struct db_query *q, int col);
/* Return the length of that text. */
size_t	 db_len(struct db_query *q, int col);
/* Return the bytes in column col, valid until the next db_blob, db_row or db_done. */
const void *db_blob(struct db_query *q, int col, size_t *len);
/* Return the integer in column col, 0 for NULL. */
int64_t	 db_int(struct db_query *q, int col);
/* Return 1 if column col is NULL. */
int	 db_null(struct db_query *q, int col);
/* Free the rows; returns -1 if the query or db_row failed. */
int	 db_done(struct db_query *q, struct err *e);
/* Set *out to the integer in the first column of the first row, to dflt if it is NULL or
   there is no row. */
int	 db_one(struct db *db, int64_t *out, int64_t dflt, struct err *e,
	    const char *sql, const char *types, ...);
