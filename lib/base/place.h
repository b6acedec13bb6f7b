#pragma once

#include "base/err.h"

/*
 * Checks that a file or directory can be written later.  They create nothing.  Both
 * functions return 0, or -1 with e set (ZX_IO).
 */

/*
 * Check that path is a file that this process may write, or does not exist and can be
 * created.  Sets *exists, unless it is NULL, to 1 or 0.
 */
int	 place_check_file(const char *path, int *exists, struct err *e);
/*
 * Check that path is a directory in which this process may create files, or does not
 * exist and can be created.  A symbolic link is an error (ZX_CONFIG).
 */
int	 place_check_dir(const char *path, struct err *e);
