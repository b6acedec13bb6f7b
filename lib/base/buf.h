#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow.  Zeroed is empty; buf_str() is never NULL. */
struct buf {
	char	*s;		/* NUL-terminated when not NULL */
	size_t	 len, cap;
};

void		 buf_add(struct buf *, const void *, size_t);
void		 buf_puts(struct buf *, const char *);
void		 buf_putc(struct buf *, char);
void		 buf_int(struct buf *, int64_t);
void		 buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void		 buf_vprintf(struct buf *, const char *fmt, va_list);
/* One JSON string, quotes included: escapes what RFC 8259 demands. */
void		 buf_quote(struct buf *, const char *, size_t len);
void		 buf_base64(struct buf *, const void *, size_t len);
void		 buf_room(struct buf *, size_t more);	/* grow ahead */
void		 buf_cut(struct buf *, size_t len);	/* shorten to len */
void		 buf_drop(struct buf *, size_t n);	/* forget the first n */
const char	*buf_str(const struct buf *);
char		*buf_take(struct buf *, size_t *len);	/* caller frees */
void		 buf_reset(struct buf *);	/* empty, keeps the memory */
void		 buf_free(struct buf *);	/* safe twice */

#endif
