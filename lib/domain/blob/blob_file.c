#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/place.h"
#include "domain/blob/blob.h"

/* The files that bytes arrive in. */

static const char part[] = ".part-";

static int
blob_file_lock(int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_SETLK, &l);
}

/* Parts that nobody holds were left by a process that died. */
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
		if (fd != -1 && blob_file_lock(fd) == 0)
			unlink(path);
		if (fd != -1)
			close(fd);
		free(path);
	}
	if (list != NULL)
		closedir(list);
}

/* The path behind dir:, NULL for the database; -1: where is neither. */
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

int
blob_subdir(const char *dir, const char *sha256)
{
	char *path = mem_fmt("%s/%.2s", dir, sha256);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	free(path);
	return fd;
}

void
blob_store_close(struct blob_store *s)
{
	free(s->dir);
	s->dir = NULL;
}

/* In the directory itself, since a rename must do; else where big files may
   lie for a while, without a name. */
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
		blob_file_lock(b->fd);
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
