#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "domain/blob/blob_file.h"

/* A part of a chunk in memory: many files may be read at once. */
enum { SLICE = 128 * 1024 };

struct blob_reader {
	struct db	*db;
	char		 sha256[HASH_HEX];
	int64_t		 size;
	int		 fd;		/* -1: the bytes are in the database */
	struct buf	 slice;
	int64_t		 slice_at;	/* offset of .slice */
};

/* Find where a file of that size is: 1 and *place (the caller frees it), 0, -1. */
static int
blob_read_place(struct db *db, const char *sha256, int64_t size, char **place, struct err *e)
{
	struct db_query q;

	*place = NULL;
	db_query(&q, db, "SELECT place FROM attachment_blob WHERE sha256 = ?1 AND size = ?2",
	    "si", sha256, size);
	if (db_row(&q))
		*place = mem_dup(db_str(&q, 0));
	return db_done(&q, e) == -1 ? -1 : *place != NULL;
}

int
blob_reader_open(struct blob_reader **out, struct db *db, const char *sha256, int64_t size,
    struct err *e)
{
	struct blob_reader *r;
	char *place;
	int fd = -1, rc = blob_read_place(db, sha256, size, &place, e);

	*out = NULL;
	if (rc == 1 && (rc = blob_is_stored(place, sha256, size)) == 1 &&
	    strncmp(place, "dir:", 4) == 0 && (fd = blob_file_open(place + 4, sha256)) == -1)
		rc = 0;
	free(place);
	if (rc != 1)
		return rc;
	*out = r = mem_zalloc(sizeof(*r));
	*r = (struct blob_reader){ .db = db, .size = size, .fd = fd };
	snprintf(r->sha256, sizeof(r->sha256), "%s", sha256);
	return 1;
}

/* Load the slice of a chunk that contains offset at.  0, -1. */
static int
blob_slice_load(struct blob_reader *r, int64_t at)
{
	struct db_query q;
	struct err e;
	const void *bytes;
	size_t len = 0;

	buf_reset(&r->slice);
	r->slice_at = at - at % SLICE;
	db_query(&q, r->db, "SELECT substr(bytes, CAST(?3 AS INTEGER), CAST(?4 AS INTEGER))"
	    " FROM attachment_chunk WHERE sha256 = ?1 AND n = ?2", "siii", r->sha256,
	    r->slice_at / BLOB_CHUNK, r->slice_at % BLOB_CHUNK + 1, (int64_t)SLICE);
	if (db_row(&q) && (bytes = db_blob(&q, 0, &len)) != NULL)
		buf_add(&r->slice, bytes, len);
	return db_done(&q, &e);
}

int64_t
blob_reader_read(void *reader, int64_t at, char *to, size_t n)
{
	struct blob_reader *r = reader;
	size_t skip;
	ssize_t got;

	if (r->fd != -1) {
		while ((got = pread(r->fd, to, n, (off_t)at)) == -1 && errno == EINTR)
			continue;
		return got;
	}
	if ((at < r->slice_at || at >= r->slice_at + (int64_t)r->slice.len) &&
	    blob_slice_load(r, at) == -1)
		return -1;
	skip = (size_t)(at - r->slice_at);
	if (skip >= r->slice.len)
		return -1;
	if (n > r->slice.len - skip)
		n = r->slice.len - skip;
	memcpy(to, r->slice.s + skip, n);
	return (int64_t)n;
}

void
blob_reader_close(struct blob_reader *r)
{
	if (r == NULL)
		return;
	if (r->fd != -1)
		close(r->fd);
	buf_free(&r->slice);
	free(r);
}
