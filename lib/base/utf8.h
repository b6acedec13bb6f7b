#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * UTF-8 as RFC 3629 has it: no surrogates, nothing overlong, nothing above
 * U+10FFFF.
 */

/* Bytes of the character at s (1 to 4), or 0 when there is none in n bytes. */
size_t	 utf8_len(const char *s, size_t n);
/* The character; bytes that are none give U+FFFD and *len 1. */
uint32_t utf8_get(const char *s, size_t n, size_t *len);
void	 utf8_put(struct buf *, uint32_t c);
/* n, or less so that the cut is not inside a character. */
size_t	 utf8_cut(const char *s, size_t n);
/* Bytes of s, or of its start that is at most max units of UTF-16. */
size_t	 utf8_units(const char *s, size_t max);

/* How many bytes from s on stand for themselves in a JSON string: printable
   ASCII but the quote and the backslash. */
size_t	 utf8_plain(const char *s, size_t n);

#endif
