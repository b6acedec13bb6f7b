#pragma once

#include <stdint.h>

#include "domain/api/zephyr.h"
#include "domain/blob/blob.h"
#include "domain/stream/stream.h"

struct attach;

/* A file that is fetched; an image if url is set. */
struct fetch {
	struct fetch	*next;
	struct attach	*attach;
	enum stream	 stream;
	char		*owner, *name;
	int64_t		 step, id;
	char		*url, *url_hash, *host;
	enum zephyr_how	 how;
	struct blob	 blob;
	int		 ok, tries;
	char		 type[128], why[256];
};

/* Free a fetch and the file that it received in part; NULL is allowed. */
void	 fetch_free(struct fetch *);
