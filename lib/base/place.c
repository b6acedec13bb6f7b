#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/place.h"

/* Return the directory that contains path; the caller frees it. */
static char *
place_parent(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	return n == 0 ? mem_dup(".") : mem_dupn(path, n);
}

/* Check that files can be created in dir; path, for messages, is the one to create. */
static int
place_check_writable(const char *dir, const char *path, struct err *e)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return err_set(e, ZX_IO, "%s: cannot use the directory %s: %s; create it or choose "
		    "another directory", path, dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ZX_IO, "%s: %s is not a directory; choose another path",
		    path, dir);
	if (access(dir, W_OK | X_OK) == -1)
		return err_set(e, ZX_IO, "%s: cannot create a file in %s: %s; change its "
		    "permissions or choose another directory", path, dir,
		    strerror(errno));
	return 0;
}

static int
place_parent_check(const char *path, struct err *e)
{
	char *dir = place_parent(path);
	int rc = place_check_writable(dir, path, e);

	free(dir);
	return rc;
}

int
place_check_file(const char *path, int *exists, struct err *e)
{
	struct stat st;
	int found = stat(path, &st) == 0;

	if (exists != NULL)
		*exists = found;
	if (!found)
		return errno == ENOENT ? place_parent_check(path, e) :
		    err_sys(e, ZX_IO, "%s", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ZX_IO, "%s: is a directory; give the path of a file", path);
	if (access(path, W_OK) == -1)
		return err_set(e, ZX_IO, "%s: cannot write: %s; change its permissions or choose "
		    "another file", path, strerror(errno));
	return 0;
}

int
place_check_dir(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return errno == ENOENT ? place_parent_check(path, e) :
		    err_sys(e, ZX_IO, "%s", path);
	if (S_ISLNK(st.st_mode))
		return err_set(e, ZX_CONFIG, "%s: is a symbolic link, and links are not followed; "
		    "give the directory itself", path);
	return place_check_writable(path, path, e);
}
