#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of a file, which several objects can share.  Large contents are in a file
 * without a name in $TMPDIR, so that the memory of zmock does not grow with them.
 */
struct content;

/* Return an empty content with one reference.  Bytes beyond limit are counted and are
   part of the digest, but are not kept. */
struct content *content_new(uint64_t limit);
/* Append n bytes.  Must not be called after content_end. */
void	 content_add(struct content *, const void *, size_t n);
/* Compute the digest.  Must be called once, before content_sum. */
void	 content_end(struct content *);
/* Add a reference and return its argument; remove one, of the last one with the bytes
   (NULL: do nothing). */
struct content *content_ref(struct content *);
void	 content_free(struct content *);
uint64_t content_len(const struct content *);
/* Return SHA-256 in hex. */
const char *content_sum(const struct content *);
/* Copy at most max bytes from the position from on to out; return their number. */
size_t	 content_read(const struct content *, uint64_t from, void *out, size_t max);
