#ifndef IO_JSON_OUT_H
#define IO_JSON_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Write JSON to the end of a buffer, without a tree of values.  Every function
 * puts a comma first unless the byte before is { [ , : or a line feed, so no
 * state is kept and values that were written otherwise may stand between.
 * name is the member's name, which needs no escapes; NULL writes an element.
 * Canonical text needs sorted members: the caller writes them in that order.
 */
void	 json_out_open(struct buf *, const char *name, char bracket);
void	 json_out_close(struct buf *, char bracket);
/* The comma and the name alone; the caller writes the value behind it. */
void	 json_out_name(struct buf *, const char *name);
void	 json_out_str(struct buf *, const char *name, const char *);	/* NULL: null */
void	 json_out_strn(struct buf *, const char *name, const char *, size_t);
void	 json_out_int(struct buf *, const char *name, int64_t);
void	 json_out_bool(struct buf *, const char *name, int);
void	 json_out_null(struct buf *, const char *name);
/* json is one JSON value, written as it stands. */
void	 json_out_raw(struct buf *, const char *name, const char *json, size_t);
/* A string made as by printf. */
void	 json_out_fmt(struct buf *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
