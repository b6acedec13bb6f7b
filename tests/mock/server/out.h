#ifndef MOCK_SERVER_OUT_H
#define MOCK_SERVER_OUT_H

#include <stdint.h>

#include "base/buf.h"

/*
 * JSON by appending: fast, and it never leaves the buffer.  A comma is put
 * where the byte before is none of { [ , : and LF, so no state is kept.
 */
void	 out_open(struct buf *, const char *name, char bracket);
void	 out_close(struct buf *, char bracket);
void	 out_name(struct buf *, const char *name);	/* name NULL: an element */
void	 out_str(struct buf *, const char *name, const char *);	/* NULL: null */
void	 out_strn(struct buf *, const char *name, const char *, size_t);
void	 out_int(struct buf *, const char *name, int64_t);
void	 out_bool(struct buf *, const char *name, int);
void	 out_null(struct buf *, const char *name);
void	 out_raw(struct buf *, const char *name, const char *json, size_t);
void	 out_fmt(struct buf *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));		/* a string */

#endif
