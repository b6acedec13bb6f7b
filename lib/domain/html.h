#pragma once

#include "base/buf.h"

/*
 * HTML of rich texts and of error pages.  Malformed markup stays as text: a comparison
 * may then report a difference that does not exist, but never miss one.  Each function
 * takes time that grows as the length of its input does.
 */

/* Append the text of an HTML fragment, for comparing: without tags, with character
   references resolved, white space and U+00A0/200B/2060 folded (qtest-api.md 5.5). */
void	 html_text(struct buf *out, const char *html, size_t len);
/* Find the next href or src of an HTML fragment from *at on, which the caller sets to 0
   at first: return 1 and replace *url, with references resolved; 0 after the last. */
int	 html_url(const char *html, size_t *at, struct buf *url);
/* Append plain text so that HTML shows it: with "&", "<" and ">" as references. */
void	 html_escape(struct buf *out, const char *text);
/* Return 1 if the body of an answer begins as a web page does, with "<". */
int	 html_is_page(const char *body, size_t len);
