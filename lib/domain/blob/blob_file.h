#pragma once

#include "domain/blob/blob.h"

/* The files of a store, for blob.c and blob_read.c alone. */

/* Return 1 if a place ("db", "dir:PATH") holds a file of that size. */
int	 blob_is_stored(const char *where, const char *sha256, int64_t size);
/* Open the file of sha256 in dir for reading: its descriptor, -1 and errno. */
int	 blob_file_open(const char *dir, const char *sha256);
/* Read n bytes of a received file from offset at. */
int	 blob_read(int fd, char *to, size_t n, int64_t at, struct err *);
/* Make the private file durable under its own name in the store's directory. */
int	 blob_finish(struct blob_store *, struct blob *, struct err *);
/* Remove the file of sha256 from dir; a missing file is no error. */
void	 blob_remove(const char *dir, const char *sha256);
