#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A growing sequence of bytes.  A zeroed struct buf is empty.  All functions that add
 * append at the end and keep a NUL behind the last byte.
 */
struct buf {
	char	*s;		/* the bytes and a NUL, or NULL before the first */
	size_t	 len, cap;	/* bytes without the NUL; bytes allocated */
};

/* Append n bytes; the n bytes of a string; one byte; the digits of n. */
void		 buf_add(struct buf *b, const void *p, size_t n);
void		 buf_puts(struct buf *b, const char *s);
void		 buf_putc(struct buf *b, char c);
void		 buf_int(struct buf *b, int64_t n);
/* Append what printf would write. */
void		 buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void		 buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* Two arguments for "%PRId64 row%s": a number, and the ending of its noun. */
#define PLURAL(n)	(n), (n) == 1 ? "" : "s"
/* Allocate memory for more further bytes. */
void		 buf_reserve(struct buf *b, size_t more);
/* Remove all bytes behind the first len, or the first n. */
void		 buf_cut(struct buf *b, size_t len);
void		 buf_drop(struct buf *b, size_t n);
/* Return the bytes as a string, "" when there are none; valid until b changes. */
const char	*buf_str(const struct buf *b);
/* Return the bytes as a string that the caller frees, and empty b.  Sets *len, unless
   len is NULL. */
char		*buf_take(struct buf *b, size_t *len);
/* Empty b and keep its memory for more; empty it and free the memory. */
void		 buf_reset(struct buf *b);
void		 buf_free(struct buf *b);
