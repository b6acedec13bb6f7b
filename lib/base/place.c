#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/place.h"

/* The directory in which path stands; the caller frees it. */
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

/* May files be made in dir?  path, for messages, is what shall be made. */
static int
place_is_open(const char *dir, const char *path, struct err *e)
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
	int rc = place_is_open(dir, path, e);

	free(dir);
	return rc;
}

int
place_check_file(const char *path, int *there, struct err *e)
{
	struct stat st;
	int is = stat(path, &st) == 0;

	if (there != NULL)
		*there = is;
	if (!is && errno != ENOENT)
		return err_sys(e, ZX_IO, "%s", path);
	if (!is)
		return place_parent_check(path, e);
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
	return place_is_open(path, path, e);
}
