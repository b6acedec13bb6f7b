#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

int
file_read(const char *path, struct buf *out, struct err *e)
{
	FILE *f = fopen(path, "r");
	char part[8192];
	size_t n;
	int rc = 1;

	if (f == NULL)
		return errno == ENOENT ? 0 : err_sys(e, ZX_NOINPUT, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, part, n);
	if (ferror(f))
		rc = err_sys(e, ZX_IO, "%s", path);
	fclose(f);
	return rc;
}

int
file_write(int fd, const char *s, size_t n)
{
	ssize_t w;

	for (; n > 0; s += w, n -= (size_t)w)
		if ((w = write(fd, s, n)) == -1) {
			if (errno != EINTR)
				return -1;
			w = 0;
		}
	return 0;
}

int
file_lock(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_SETLK, &lock);
}

int
file_or_asset(const char *dir, const struct asset *built_in, const char *name,
    struct buf *out, struct err *e)
{
	const struct asset *a;
	char *path;
	int rc = 0;

	if (dir != NULL) {
		path = mem_fmt("%s/%s", dir, name);
		rc = file_read(path, out, e);
		free(path);
	}
	for (a = built_in; rc == 0 && a->name != NULL; a++)
		if (strcmp(a->name, name) == 0) {
			buf_add(out, a->text, a->len);
			rc = 1;
		}
	return rc;
}
