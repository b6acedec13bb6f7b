#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/err.h"

/*
 * The file of --config: KEY=value lines as a shell would read an env file,
 * comments, "export", single and double quotes; nothing is expanded.  known
 * (ends with NULL) lists the settings of all programs, which share the file:
 * any other key is refused.  With known NULL every key is accepted.
 */
int		 config_load(const char *path, const char *const *known,
		    struct err *);
const char	*config_get(const char *key);	/* NULL: not there */
/* The path of the file; NULL when none was read. */
const char	*config_path(void);
/* The path of the file when other users can read it, else NULL. */
const char	*config_exposed(void);

#endif
