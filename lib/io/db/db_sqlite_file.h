#ifndef IO_DB_SQLITE_FILE_H
#define IO_DB_SQLITE_FILE_H

#include "io/db/db_back.h"

/* The file of an SQLite database, before SQLite opens it. */

/*
 * Make the file when it is not there, readable by its owner alone: SQLite
 * would give it the mode of any file.  Its -wal and -shm get the same mode.
 * Call it before SQLite opens the file: a descriptor of our own that is closed
 * later would take the locks of the whole process with it.
 */
int	 sqlite_file_make(struct db *, struct err *);

#endif
