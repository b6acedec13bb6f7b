#pragma once

#include "io/db/db_back.h"

/* The file of an SQLite database, before SQLite opens it. */

/*
 * Create the file, if it does not exist, so that only its owner can read it: SQLite
 * gives it the mode of any file, and -wal and -shm the mode of the file.  Call it before
 * SQLite opens the file: closing a descriptor of the same file drops all locks of the
 * process.
 */
int	 sqlite_file_make(struct db *db, struct err *e);
/* Check that SQLite can open or create the file; as db_check. */
int	 sqlite_file_check(struct db *db, int *there, struct err *e);
