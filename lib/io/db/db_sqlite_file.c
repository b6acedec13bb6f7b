#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/place.h"
#include "io/db/db_sqlite_file.h"

int
sqlite_file_make(struct db *db, struct err *e)
{
	int fd;

	/* in memory (tests), or a temporary file */
	if (strcmp(db->url, ":memory:") == 0 || *db->url == '\0')
		return 0;
	fd = open(db->url, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd != -1)
		close(fd);
	if (fd != -1 || errno == EEXIST)
		return 0;
	return err_set(e, ZX_IO, "%s: cannot be created: %s; %s", db->where,
	    strerror(errno), errno == ENOENT ? "create the directory, or correct ZTOQ_DB (--db)" :
	    "choose a path that you can write to (ZTOQ_DB or --db)");
}

int
sqlite_file_check(struct db *db, int *there, struct err *e)
{
	char *wal;
	int rc;

	if (place_check_file(db->url, there, e) == -1)
		return err_at(e, "database");
	if (!*there)
		return 0;
	wal = mem_fmt("%s-wal", db->url);	/* SQLite creates it */
	rc = place_check_file(wal, NULL, e);
	free(wal);
	return rc == -1 ? err_at(e, "database") : 0;
}
