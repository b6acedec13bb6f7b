#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/err.h"

/*
 * The file of --config: KEY=value lines as a shell would read an env file,
 * comments, "export", single and double quotes; nothing is expanded.  Keys
 * that nobody asks for are fine: all programs share the file.
 */
int		 config_load(const char *path, struct err *);
const char	*config_get(const char *key);	/* NULL: not there */

#endif
