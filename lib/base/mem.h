#pragma once

#include <stddef.h>

/*
 * Memory from the heap.  All functions return memory that the caller frees with free();
 * when memory runs out, they end the process (ZX_BUG) and do not return.
 */

/* Allocate n zeroed bytes. */
void	*mem_zalloc(size_t n);
/* Change old (NULL: allocate) to count elements of size bytes; new ones are not set. */
void	*mem_grow(void *old, size_t count, size_t size);
/* Copy the string s; NULL gives NULL. */
char	*mem_dup(const char *s);
/* Copy len bytes of s and put a NUL behind them. */
char	*mem_dupn(const char *s, size_t len);
/* Return the string that printf would write. */
char	*mem_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
