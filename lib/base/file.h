#pragma once

#include "base/asset.h"
#include "base/buf.h"
#include "base/err.h"

/* Files that are read as a whole, and calls on their descriptors. */

/* Append the file at path to out.  Returns 1, or 0 if there is no such file (errno is
   ENOENT), or -1 with e set (ZX_NOINPUT, ZX_IO). */
int	 file_read(const char *path, struct buf *out, struct err *e);
/* Write all n bytes of s to fd, which blocks.  Returns 0, or -1 with errno set. */
int	 file_write(int fd, const char *s, size_t n);
/* Lock the whole file for this process, until it closes a descriptor of the file.
   Returns 0, or -1 if another process has a lock. */
int	 file_lock(int fd);
/* Append the file name of the directory dir, or the one of built_in if dir is NULL or has
   none.  Returns as file_read. */
int	 file_or_asset(const char *dir, const struct asset *built_in, const char *name,
	    struct buf *out, struct err *e);
