#pragma once

#include <stddef.h>

#include "base/buf.h"

/*
 * Append the stored results of an execution (a canonical array of objects) to out.
 * value() is called for the member of that name in each result: it appends another
 * value and returns 1, or returns 0 to keep the given one.
 */
void	 result_text_replace(struct buf *out, const char *text, size_t len,
	    const char *member,
	    int (*value)(void *arg, const char *was, size_t len, struct buf *out),
	    void *arg);
