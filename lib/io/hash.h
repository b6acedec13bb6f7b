#pragma once

#include <stddef.h>
#include <stdint.h>

/* SHA-256 and random numbers, by OpenSSL.  Texts are lower-case hex. */
enum { HASH_HEX = 65, HASH_LEN = 32 };	/* bytes of a digest as a text; as bytes */

struct hash;

/* Write the digest of n bytes at p to out. */
void	 hash_text(const void *p, size_t n, char out[HASH_HEX]);
/* Return the first 8 bytes of the digest hex as a number; shorter texts are allowed. */
uint64_t hash_head(const char *hex);

/* Begin the digest of several parts; add n bytes; write the digest to out, unless it is
   NULL, and free h. */
struct hash *hash_open(void);
void	 hash_add(struct hash *h, const void *p, size_t n);
void	 hash_close(struct hash *h, char out[HASH_HEX]);
/* Write n random bytes in hex, 2n digits and a NUL, to out. */
void	 hash_random(size_t n, char *out);
