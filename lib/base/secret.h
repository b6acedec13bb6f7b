#pragma once

#include <stddef.h>

#include "base/buf.h"

/* Secrets that no log line and no stored message may contain. */

/*
 * Register s (copied; NULL and "" are ignored), also as it stands in a JSON string and
 * in a URL.  From then on all log lines have "[secret]" in its place.  Returns the copy,
 * which is valid for good, or s if it is ignored.
 */
const char *secret_add(const char *s);
/* Append len bytes of s with "[secret]" in place of each registered secret. */
void	 secret_filter(struct buf *out, const char *s, size_t len);
/* Replace each registered secret in s by "[secret]", or by as many '*' as it has bytes
   when it is shorter than that. */
void	 secret_redact(char *s);
