#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include "base/err.h"

/* Whether files can be written, asked before there is anything to write. */

/*
 * Check that a file can be written at path, and make nothing: it is a file
 * that we may write, or it can be made.  *there, which may be NULL, is set to
 * whether it exists.  ZX_IO.
 */
int	 place_check_file(const char *path, int *there, struct err *);
/*
 * Check that path is a directory in which we may make files, or that it can
 * be made.  A symbolic link is refused.  ZX_IO; ZX_CONFIG for the link.
 */
int	 place_check_dir(const char *path, struct err *);

#endif
