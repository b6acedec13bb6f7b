#pragma once

#include <stdint.h>

#include "base/err.h"

/* The file of rejects (-r FILE), opened at the first one. */
struct reject {
	const char	*path;		/* NULL: rejects are only logged */
	int		 fd;
	int64_t		 n;		/* rejects so far */
};

/*
 * Append a reject: {"type":"REJECT","stream","rule","reason","hash","line",
 * "record"|"text"}.  stream is NULL for a malformed line; line is its number in the
 * input; rec is JSON if rec_is_json, else text, or NULL.  0, or -1.
 */
int	 reject_put(struct reject *, const char *stream, const char *rule,
	    const char *reason, const char *hash, int64_t line,
	    const char *rec, size_t len, int rec_is_json, struct err *);
void	 reject_close(struct reject *);
