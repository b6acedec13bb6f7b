#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "domain/lease.h"
#include "io/hash.h"

static char *
lease_path(const char *id)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || *tmp != '/')
		tmp = "/tmp";
	return mem_fmt("%s/ztoq-%ld-%s.lock", tmp, (long)geteuid(), id);
}

int
lease_open(struct lease *l, struct err *e)
{
	memset(l, 0, sizeof(*l));
	hash_random(16, l->id);
	gethostname(l->host, sizeof(l->host) - 1);
	l->path = lease_path(l->id);
	l->fd = open(l->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (l->fd == -1 || file_lock(l->fd) == -1)
		return err_sys(e, ZX_IO, "%s", l->path);
	return 0;
}

int
lease_is_dead(const char *id)
{
	char *path = lease_path(id);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), dead = 0;

	if (fd != -1) {
		dead = file_lock(fd) == 0;
		if (dead)
			unlink(path);
		close(fd);
	}
	free(path);
	return dead;
}

void
lease_close(struct lease *l, int keep)
{
	if (l->path != NULL && !keep)
		unlink(l->path);
	if (l->path != NULL && l->fd != -1)
		close(l->fd);
	free(l->path);
	l->path = NULL;
	l->fd = -1;
}
