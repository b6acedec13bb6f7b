#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Writes JSON text to the end of a buffer.  Every function first writes a comma, unless
 * the last byte is { [ , : or a line feed; there is no other state, so values that were
 * written in another way may be in between.  name is the name of the member, which has
 * no character that needs an escape, or NULL for an element of an array.  For canonical
 * text the caller writes the members in the order of their names.
 */

/* Begin an array or object; end it. */
void	 json_out_open(struct buf *b, const char *name, char bracket);
void	 json_out_close(struct buf *b, char bracket);
/* Write the name alone; the caller appends the value. */
void	 json_out_name(struct buf *b, const char *name);
/* Write a value; a string that is NULL gives null. */
void	 json_out_str(struct buf *b, const char *name, const char *s);
void	 json_out_strn(struct buf *b, const char *name, const char *s, size_t len);
void	 json_out_int(struct buf *b, const char *name, int64_t n);
/* Write n, or null if there is none (has is 0). */
void	 json_out_int_if(struct buf *b, const char *name, int has, int64_t n);
void	 json_out_bool(struct buf *b, const char *name, int on);
void	 json_out_null(struct buf *b, const char *name);
/* Write the len bytes at json, which are one JSON value, unchanged. */
void	 json_out_raw(struct buf *b, const char *name, const char *json, size_t len);
/* Write the text that printf would write, as a string. */
void	 json_out_fmt(struct buf *b, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
