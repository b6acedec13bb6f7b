#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* The heap; an empty one is not an error to handle but the end (ZX_BUG). */
void	*mem_zalloc(size_t n);			/* zeroed */
void	*mem_grow(void *, size_t count, size_t size);
char	*mem_dup(const char *);			/* NULL stays NULL */
char	*mem_dupn(const char *, size_t len);	/* NUL-terminated */
char	*mem_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
