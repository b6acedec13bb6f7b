#pragma once

#include "domain/stream/stream.h"
#include "io/json/json.h"

/* Stores lists of files and the files in them (tables attachment_list and
   attachment). */
struct attach;
struct fetch;
struct request;
struct source;
struct store;

/* Store the list of an owner's files (NULL: none), and which of its steps are read
   for files. */
int	 attach_list_put(struct request *, const struct json *, struct err *);
int	 attach_list_steps(struct attach *, enum stream, const char *key,
	    struct err *);
/* Store the result of the request for a file. */
int	 attach_list_received(struct source *, const struct fetch *, struct err *);
/* Have the list of an owner's files read again unless this pass has read it. */
int	 attach_list_reread(struct source *, enum stream, const char *key, struct err *);
/* Have the lists of the files of all owners read again. */
int	 attach_lists_reread(struct store *, struct err *);
/* Compose member "attachments" of the owner's record anew, and report missing files;
   why is the reason of the last failure, or NULL.  In the caller's transaction. */
int	 attach_seal(struct attach *, enum stream, const char *owner,
	    const char *why, struct err *);
