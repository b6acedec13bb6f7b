#pragma once

#include "base/err.h"

/* Fetches files one by one.  Several are received at the same time; each is stored
   in slices, between which the loop serves the network. */
struct attach;
struct fetch;

/* Fill attach.todo with the next files.  A file that could not be fetched is requested
   again in the next pass. */
int	 file_todo(struct attach *, struct err *);
/* Request a file or an image; the fetch is the module's from now on. */
int	 file_send(struct attach *, struct fetch *, struct err *);
/* Store a slice of the first received file.  Return 1 when there is more to do at once,
   0, or -1. */
int	 file_work(struct attach *, struct err *);
