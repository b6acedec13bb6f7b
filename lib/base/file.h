#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/asset.h"
#include "base/buf.h"
#include "base/err.h"

/* Append a file to out: 1; 0 and errno if there is no such file; -1 with ZX_NOINPUT or
   ZX_IO. */
int	 file_read(const char *path, struct buf *out, struct err *);
/* Append file name of directory dir, else the embedded file of that name: 1; 0 if there
   is neither; -1.  dir may be NULL. */
int	 file_or_asset(const char *dir, const struct asset *, const char *name,
	    struct buf *out, struct err *);

#endif
