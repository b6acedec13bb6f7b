#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "domain/blob/blob.h"

/* One slice on its way: what a transaction needs, again if it must. */
struct pour {
	struct blob_store *s;
	struct blob	*b;
	int		 known;		/* held already */
	int64_t		 at;		/* after this slice */
	int		(*done)(struct db *, void *, struct err *);
	void		*arg;
};

static char *
blob_file_path(const struct blob_store *s)
{
	return s->dir == NULL ? mem_dup("db") : mem_fmt("dir:%s", s->dir);
}

/* A file under dir is what the row says when it has its size. */
static int
blob_is_stored(const char *where, const char *sha256, int64_t size)
{
	struct stat st;
	int fd, ok;

	if (strncmp(where, "dir:", 4) != 0)
		return 1;
	if ((fd = blob_subdir(where + 4, sha256)) == -1)
		return 0;
	ok = fstatat(fd, sha256, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size == (off_t)size;
	close(fd);
	return ok;
}

static int
blob_is_known(struct pour *p, struct err *e)
{
	struct db_query q;

	p->known = 0;
	db_query(&q, p->s->db, "SELECT place FROM attachment_blob"
	    " WHERE sha256 = ?1 AND size = ?2", "si", p->b->sha256, p->b->size);
	if (db_row(&q))
		p->known = blob_is_stored(db_str(&q, 0), p->b->sha256, p->b->size);
	return db_done(&q, e);
}

static int
blob_row(struct pour *p, struct err *e)
{
	char *where = blob_file_path(p->s);
	int rc;

	rc = db_exec_async(p->s->db, e, "INSERT INTO attachment_blob (sha256, size,"
	    " place, at) VALUES (?1, ?2, ?3, {now})"
	    " ON CONFLICT (sha256) DO UPDATE SET place = excluded.place,"
	    " size = excluded.size, at = excluded.at", "sis", p->b->sha256,
	    p->b->size, where);
	free(where);
	return rc;
}

static int
blob_chunk_put(int fd, char *to, size_t n, int64_t at, struct err *e)
{
	ssize_t got;

	for (; n > 0; n -= (size_t)got, to += got, at += got) {
		got = pread(fd, to, n, (off_t)at);
		if (got == -1 && errno == EINTR)
			got = 0;
		else if (got == -1)
			return err_sys(e, ZX_IO, "a received file");
		else if (got == 0)
			return err_set(e, ZX_IO, "a received file became "
			    "shorter");
	}
	return 0;
}

static int
blob_chunks(struct pour *p, struct err *e)
{
	char *buf = mem_zalloc(BLOB_CHUNK);
	int64_t left;
	size_t n;
	int i, rc = 0;

	p->at = p->b->at;
	for (i = 0; rc == 0 && i < BLOB_SLICE && p->at < p->b->size; i++) {
		left = p->b->size - p->at;
		n = left < BLOB_CHUNK ? (size_t)left : BLOB_CHUNK;
		if ((rc = blob_chunk_put(p->b->fd, buf, n, p->at, e)) == 0 &&
		    db_exec(p->s->db, e, "INSERT INTO attachment_chunk"
		    " (sha256, n, bytes) VALUES (?1, ?2, ?3)"
		    " ON CONFLICT (sha256, n) DO NOTHING", "sib",
		    p->b->sha256, p->at / BLOB_CHUNK, buf, n) == -1)
			rc = -1;
		p->at += (int64_t)n;
	}
	free(buf);
	return rc;
}

static int
blob_pour_tx(struct db *db, void *arg, struct err *e)
{
	struct pour *p = arg;

	if (p->b->at == 0 && blob_is_known(p, e) == -1)
		return -1;
	if (p->known)
		return p->done(db, p->arg, e);
	p->at = p->b->size;
	if (p->s->dir == NULL && blob_chunks(p, e) == -1)
		return -1;
	if (p->at < p->b->size)
		return 0;
	if (blob_row(p, e) == -1)
		return -1;
	return p->done(db, p->arg, e);
}

/* Whole on the disk and under its own name, or no row tells of it. */
static int
blob_sync_dir(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd == -1 || fsync(fd) == -1)
		rc = err_sys(e, ZX_IO, "%s", path);
	if (fd != -1)
		close(fd);
	return rc;
}

static int
blob_finish(struct blob_store *s, struct blob *b, struct err *e)
{
	char *sub = mem_fmt("%s/%.2s", s->dir, b->sha256);
	int fd = -1, rc = 0;

	if (fsync(b->fd) == -1)
		rc = err_sys(e, ZX_IO, "%s", b->path);
	else if (mkdir(sub, 0777) == -1 && errno != EEXIST)
		rc = err_sys(e, ZX_IO, "%s", sub);
	else if ((fd = blob_subdir(s->dir, b->sha256)) == -1)
		rc = err_set(e, ZX_IO, "%s: %s; attachments can be stored in real directories only",
		    sub, errno == ENOTDIR || errno == ELOOP ?
		    "is a symbolic link or a file" : strerror(errno));
	else if (renameat(AT_FDCWD, b->path, fd, b->sha256) == -1)
		rc = err_sys(e, ZX_IO, "%s/%s", sub, b->sha256);
	if (rc == 0) {
		free(b->path);
		b->path = NULL;
		rc = fsync(fd) == -1 ? err_sys(e, ZX_IO, "%s", sub) :
		    blob_sync_dir(s->dir, e);
	}
	if (fd != -1)
		close(fd);
	free(sub);
	return rc;
}

int
blob_pour(struct blob_store *s, struct blob *b,
    int (*done)(struct db *, void *, struct err *), void *arg, struct err *e)
{
	struct pour p = { .s = s, .b = b, .done = done, .arg = arg };

	if (s->dir != NULL && b->path != NULL &&
	    (blob_is_known(&p, e) == -1 || (!p.known && blob_finish(s, b, e) == -1)))
		return -1;
	if (db_tx(s->db, blob_pour_tx, &p, e) == -1)
		return -1;
	b->at = p.at;
	return !p.known && b->at < b->size;
}
