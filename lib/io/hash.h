#ifndef IO_HASH_H
#define IO_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* SHA-256 by OpenSSL; texts are lower-case hex. */
enum { HASH_HEX = 65, HASH_LEN = 32 };

struct hash;

void	 hash_text(const void *, size_t, char out[HASH_HEX]);
/* The first 8 bytes of a hex digest as a number: END sums these mod 2^64. */
uint64_t hash_head(const char *hex);

/* Piecemeal, for streams of any length. */
struct hash *hash_open(void);
void	 hash_add(struct hash *, const void *, size_t);
void	 hash_close(struct hash *, char out[HASH_HEX]);	/* frees it */
/* n random bytes as lower-case hex (2n + 1 chars): run ids, leases. */
void	 hash_random(size_t n, char *out);

#endif
