#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/place.h"
#include "domain/blob/blob_file.h"

/* The files of a store: those that bytes arrive in, and those in its directory. */

static const char part[] = ".part-";

/* Return a descriptor of the directory below dir that holds sha256; -1 and errno. */
static int
blob_file_subdir(const char *dir, const char *sha256)
{
	char *path = mem_fmt("%s/%.2s", dir, sha256);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	free(path);
	return fd;
}

/* Remove private files that no process has locked: their process died. */
static void
blob_file_remove_stale(const char *dir)
{
	struct dirent *d;
	DIR *list = opendir(dir);
	char *path;
	int fd;

	while (list != NULL && (d = readdir(list)) != NULL) {
		if (strncmp(d->d_name, part, sizeof(part) - 1) != 0)
			continue;
		path = mem_fmt("%s/%s", dir, d->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (fd != -1 && file_lock(fd) == 0)
			unlink(path);
		if (fd != -1)
			close(fd);
		free(path);
	}
	if (list != NULL)
		closedir(list);
}

/* Set *dir to the path behind "dir:", NULL for the database; -1 if where is neither. */
static int
blob_file_store_place(const char *where, const char **dir, struct err *e)
{
	*dir = NULL;
	if (where == NULL || *where == '\0' || strcmp(where, "db") == 0)
		return 0;
	if (strncmp(where, "dir:", 4) != 0 || where[4] == '\0')
		return err_set(e, ZX_USAGE, "--attachments-store (ZTOQ_ATTACHMENTS) is db or "
		    "dir:PATH, not %s", where);
	*dir = where + 4;
	return 0;
}

int
blob_store_check(const char *where, struct err *e)
{
	const char *dir;

	if (blob_file_store_place(where, &dir, e) == -1)
		return -1;
	return dir == NULL || place_check_dir(dir, e) == 0 ? 0 :
	    err_at(e, "attachments");
}

int
blob_store_open(struct blob_store *s, struct db *db, const char *where,
    struct err *e)
{
	*s = (struct blob_store){ .db = db };
	if (blob_store_check(where, e) == -1 || blob_file_store_place(where, &where, e) == -1)
		return -1;
	if (where == NULL)
		return 0;
	if (mkdir(where, 0777) == -1 && errno != EEXIST)
		return err_sys(e, ZX_IO, "%s", where);
	if ((s->dir = realpath(where, NULL)) == NULL ||
	    access(s->dir, W_OK | X_OK) == -1)
		return err_sys(e, ZX_IO, "%s", where);
	blob_file_remove_stale(s->dir);
	return 0;
}

void
blob_store_close(struct blob_store *s)
{
	free(s->dir);
	s->dir = NULL;
}

/* The file is made in the store's directory, so that a rename stores it; without one,
   where large files may lie, and without a name. */
int
blob_begin(struct blob_store *s, struct blob *b, struct err *e)
{
	const char *tmp = getenv("TMPDIR");

	*b = (struct blob){ .fd = -1 };
	b->path = mem_fmt("%s/%sXXXXXX", s->dir != NULL ? s->dir :
	    tmp != NULL && *tmp != '\0' ? tmp : "/var/tmp", part);
	if ((b->fd = mkstemp(b->path)) == -1) {
		err_sys(e, ZX_IO, "%s", b->path);
		free(b->path);
		b->path = NULL;
		return -1;
	}
	fcntl(b->fd, F_SETFD, FD_CLOEXEC);
	if (s->dir != NULL) {
		file_lock(b->fd);
		fchmod(b->fd, 0644);
		return 0;
	}
	unlink(b->path);
	free(b->path);
	b->path = NULL;
	return 0;
}

void
blob_drop(struct blob *b)
{
	if (b->path != NULL)
		unlink(b->path);
	free(b->path);
	if (b->fd != -1)
		close(b->fd);
	*b = (struct blob){ .fd = -1 };
}

int
blob_measure(struct blob *b, struct err *e)
{
	struct hash *h = hash_open();
	char *buf = mem_zalloc(BLOB_CHUNK);
	ssize_t n;

	b->size = 0;
	while ((n = pread(b->fd, buf, BLOB_CHUNK, (off_t)b->size)) > 0 ||
	    (n == -1 && errno == EINTR)) {
		if (n == -1)
			continue;
		hash_add(h, buf, (size_t)n);
		b->size += n;
	}
	free(buf);
	hash_close(h, b->sha256);
	return n == -1 ? err_sys(e, ZX_IO, "a received file") : 0;
}

int
blob_is_stored(const char *where, const char *sha256, int64_t size)
{
	struct stat st;
	int fd, ok;

	if (strncmp(where, "dir:", 4) != 0)
		return 1;
	if ((fd = blob_file_subdir(where + 4, sha256)) == -1)
		return 0;
	ok = fstatat(fd, sha256, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size == (off_t)size;
	close(fd);
	return ok;
}

int
blob_read(int fd, char *to, size_t n, int64_t at, struct err *e)
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
blob_file_sync_dir(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd == -1 || fsync(fd) == -1)
		rc = err_sys(e, ZX_IO, "%s", path);
	if (fd != -1)
		close(fd);
	return rc;
}

int
blob_finish(struct blob_store *s, struct blob *b, struct err *e)
{
	char *sub = mem_fmt("%s/%.2s", s->dir, b->sha256);
	int fd = -1, rc = 0;

	if (fsync(b->fd) == -1)
		rc = err_sys(e, ZX_IO, "%s", b->path);
	else if (mkdir(sub, 0777) == -1 && errno != EEXIST)
		rc = err_sys(e, ZX_IO, "%s", sub);
	else if ((fd = blob_file_subdir(s->dir, b->sha256)) == -1)
		rc = err_set(e, ZX_IO, "%s: %s; attachments can be stored in real directories only",
		    sub, errno == ENOTDIR || errno == ELOOP ?
		    "is a symbolic link or a file" : strerror(errno));
	else if (renameat(AT_FDCWD, b->path, fd, b->sha256) == -1)
		rc = err_sys(e, ZX_IO, "%s/%s", sub, b->sha256);
	if (rc == 0) {
		free(b->path);
		b->path = NULL;
		rc = fsync(fd) == -1 ? err_sys(e, ZX_IO, "%s", sub) :
		    blob_file_sync_dir(s->dir, e);
	}
	if (fd != -1)
		close(fd);
	free(sub);
	return rc;
}

int
blob_file_open(const char *dir, const char *sha256)
{
	int sub = blob_file_subdir(dir, sha256), fd;

	if (sub == -1)
		return -1;
	fd = openat(sub, sha256, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(sub);
	return fd;
}

void
blob_remove(const char *dir, const char *sha256)
{
	int fd = blob_file_subdir(dir, sha256);

	if (fd == -1)
		return;
	unlinkat(fd, sha256, 0);
	close(fd);
}
