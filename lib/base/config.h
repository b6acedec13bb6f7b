#pragma once

#include "base/err.h"

/*
 * The configuration file of --config, one in a process.  Its lines are KEY=value, read
 * as a shell reads them, with comments, "export" and both kinds of quotes; nothing is
 * expanded.
 */

/*
 * Read the file at path.  known lists the allowed keys and ends with NULL; with known
 * NULL all keys are.  Returns 0, or -1 with e set: ZX_NOINPUT if the file cannot be
 * read, ZX_CONFIG for a malformed line or another key.  No message repeats a line, which
 * may hold a secret.
 */
int		 config_load(const char *path, const char *const *known,
		    struct err *e);
/* Return the value that the last line with key sets, or NULL.  Valid for good. */
const char	*config_get(const char *key);
/* Return the path of the file, or NULL if none was read. */
const char	*config_path(void);
/* Return the path of the file if other users can read it, else NULL. */
const char	*config_exposed(void);
