#pragma once

#include <sys/queue.h>

#include <stdint.h>

#include "domain/api/zephyr.h"
#include "domain/blob/blob.h"
#include "domain/stream/stream.h"

struct attach;

/* A file that is fetched; an image if url is set. */
struct fetch {
	TAILQ_ENTRY(fetch) link;
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

TAILQ_HEAD(fetch_list, fetch);

/* Return an empty fetch, which receives nothing yet. */
struct fetch *fetch_new(struct attach *);
/* Return the fetch of a row of table attachment: stream, owner_key, step_id, id, name. */
struct fetch *fetch_file_read(struct attach *, struct db_query *);
/* Free a fetch and the file that it received in part; NULL is allowed. */
void	 fetch_free(struct fetch *);
/* Free all fetches of a list. */
void	 fetch_drop(struct fetch_list *);
/* Replace *after, or NULL, by a fetch with the place of last in its table. */
void	 fetch_cursor_set(struct fetch **after, const struct fetch *last);
