#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * UTF-8 according to RFC 3629: surrogates, overlong forms and code points above
 * U+10FFFF are invalid.  Lengths are in bytes unless another unit is named.
 */

/* Return the length (1 to 4) of the character at s, or 0 if the n bytes there do not
   begin with a valid one. */
size_t	 utf8_len(const char *s, size_t n);
/* Return the character at s and set *len to its length; U+FFFD and 1 if it is invalid. */
uint32_t utf8_get(const char *s, size_t n, size_t *len);
/* Append the character c, which is at most U+10FFFF. */
void	 utf8_put(struct buf *b, uint32_t c);
/* Return the length of the longest start of the n bytes at s that is valid without NUL. */
size_t	 utf8_valid(const char *s, size_t n);
/* Append the n bytes at s with U+FFFD in place of each NUL and each invalid byte. */
void	 utf8_repair(struct buf *b, const char *s, size_t n);
/* Return n, or less where a cut of s behind n bytes would divide a character. */
size_t	 utf8_cut(const char *s, size_t n);
/* Return the length of the longest start of s that has at most max UTF-16 code units. */
size_t	 utf8_units(const char *s, size_t max);
/*
 * Return how many of the n bytes at s can stand in a JSON string without an escape and
 * are printable ASCII: all up to the first quote, backslash, control or non-ASCII byte.
 */
size_t	 utf8_plain(const char *s, size_t n);
