#ifndef DOMAIN_BLOB_H
#define DOMAIN_BLOB_H

#include <stdint.h>

#include "base/err.h"
#include "io/db/db.h"
#include "io/hash.h"

/*
 * Bytes of files by their sha256 (0005_attachment.sql), in the database or
 * in a directory; each once, whoever owns it.  They arrive in a file of ours
 * without a name that anybody else made, and are told of only once they are
 * durable.
 */
struct blob_store {
	struct db	*db;
	char		*dir;		/* absolute; NULL: the database */
};

/* On its way into the store. */
struct blob {
	int		 fd;		/* to be written from 0; -1: none */
	char		*path;		/* of its file while it has a name */
	int64_t		 size;		/* filled by the owner once it is whole */
	char		 sha256[HASH_HEX];
	int64_t		 at;		/* bytes stored and committed */
};

enum { BLOB_CHUNK = 1024 * 1024, BLOB_SLICE = 8 };

/*
 * where: NULL or "db", or "dir:PATH" (made when missing).  Symbolic links at
 * PATH and below it are not followed.
 */
int	 blob_store_open(struct blob_store *, struct db *, const char *where,
	    struct err *);
/* Check that blob_store_open can succeed, and make nothing. */
int	 blob_store_check(const char *where, struct err *);
void	 blob_store_close(struct blob_store *);
/* Open the directory in dir that holds sha256; -1 with errno. */
int	 blob_subdir(const char *dir, const char *sha256);

/* An empty file to receive into. */
int	 blob_begin(struct blob_store *, struct blob *, struct err *);
/*
 * Store a slice.  1: call again; 0: all is there, and done (called in the
 * transaction that says so) has run; -1.
 */
int	 blob_pour(struct blob_store *, struct blob *,
	    int (*done)(struct db *, void *, struct err *), void *arg,
	    struct err *);
/* Forget what was received; safe twice, and on a zeroed one with fd -1. */
void	 blob_drop(struct blob *);
/* Size and hash of what lies in the file already (copied by hand). */
int	 blob_measure(struct blob *, struct err *);

/*
 * Bytes that no row of a project other than but (NULL: of any) refers to, and
 * pieces of files that were never whole: counted, and removed if yes.
 */
struct blob_swept {
	int64_t		 files, bytes;
	int64_t		 torn;		/* files that were never whole */
};
int	 blob_sweep(struct db *, const char *but, int yes, struct blob_swept *,
	    struct err *);

#endif
