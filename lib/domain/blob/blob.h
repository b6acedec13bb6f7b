#pragma once

#include <stdint.h>

#include "base/err.h"
#include "io/db/db.h"
#include "io/hash.h"

/*
 * The bytes of files by their sha256 (0005_attachment.sql), in the database or in a
 * directory; equal bytes are stored once, whichever rows refer to them.  Bytes arrive
 * in a private file; a row refers to them only when they are durable.
 */
struct blob_store {
	struct db	*db;
	char		*dir;		/* absolute; NULL: the database */
};

/* Bytes on their way into the store. */
struct blob {
	int		 fd;		/* to be written from offset 0; -1: none */
	char		*path;		/* of the private file while it has a name */
	/* Set by the caller, or by blob_measure, when the file is complete: */
	int64_t		 size;
	char		 sha256[HASH_HEX];
	int64_t		 at;		/* bytes stored and committed */
};

enum { BLOB_CHUNK = 1024 * 1024, BLOB_SLICE = 8 };	/* bytes; chunks */

/*
 * Open a store: where is NULL or "db" for the database, or "dir:PATH"; the directory is
 * made if it is missing.  Symbolic links at PATH and below are not followed.
 */
int	 blob_store_open(struct blob_store *, struct db *, const char *where,
	    struct err *);
/* Check that blob_store_open can succeed, and make nothing. */
int	 blob_store_check(const char *where, struct err *);
void	 blob_store_close(struct blob_store *);

/* Make an empty private file to receive into. */
int	 blob_begin(struct blob_store *, struct blob *, struct err *);
/*
 * Store a slice of a complete file.  Return 1 if more is left, so that the caller calls
 * again; 0 if all is stored and done, called in the last transaction, has run; -1.
 */
int	 blob_pour(struct blob_store *, struct blob *,
	    int (*done)(struct db *, void *, struct err *), void *arg,
	    struct err *);
/* Remove the private file.  Does nothing the second time, or if fd is -1. */
void	 blob_drop(struct blob *);
/* Set size and sha256 from the content of the file. */
int	 blob_measure(struct blob *, struct err *);

/*
 * Open a stored file for reading, in small parts: 1 and *out; 0 if the store does not hold
 * it whole; -1.
 */
struct blob_reader;
int	 blob_reader_open(struct blob_reader **out, struct db *, const char *sha256,
	    int64_t size, struct err *);
/* Copy at most n bytes from offset at; return how many, or -1 (http_source).  No query of
   the database may be open. */
int64_t	 blob_reader_read(void *reader, int64_t at, char *to, size_t n);
/* Close a reader; NULL does nothing. */
void	 blob_reader_close(struct blob_reader *);

/* Bytes to which no row of any project but `but` (NULL: of any project) refers. */
struct blob_swept {
	int64_t		 files, bytes;
	int64_t		 torn;		/* files that were never stored whole */
};
/* Count such bytes, and remove them if yes is 1. */
int	 blob_sweep(struct db *, const char *but, int yes, struct blob_swept *,
	    struct err *);
