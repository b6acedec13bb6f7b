#pragma once

#include "base/buf.h"
#include "base/err.h"

struct job;
struct zephyr;

/* The answer to a request that is sent outside of the loop; status 0: none came. */
struct reply {
	int		 status;
	struct buf	 body;
};

/* Send a GET for path by a client, and wait by the client of Zephyr until it is
   answered or the job stops; *why is the reason to stop. */
int	 reply_wait(struct reply *, struct zephyr *by, const char *path, struct zephyr *z,
	    const struct job *, const char **why, struct err *);
