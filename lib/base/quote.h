#pragma once

#include "base/buf.h"

/* Bytes in the notations of JSON, of URLs and of base64, appended to a buffer. */

/* Append len bytes as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void		 buf_quote(struct buf *b, const char *s, size_t len);
/* Append s with all but letters, digits and -._~ as %XX, in the 16 hex digits given. */
void		 buf_percent(struct buf *b, const char *s, const char *digits);
/* Append the first character of s, decoded if it is written as %XX; return a pointer to
   what follows it.  s is not empty. */
const char	*buf_unpercent(struct buf *b, const char *s);
/* Append len bytes in base64. */
void		 buf_base64(struct buf *b, const void *bytes, size_t len);
/* Append the bytes that len characters of base64 stand for; blanks are skipped.  Return 0,
   or -1 if they are no base64. */
int		 buf_unbase64(struct buf *b, const char *s, size_t len);
