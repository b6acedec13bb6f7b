#pragma once

#include "base/buf.h"

/* The words of texts: HTML without markup, white space folded (html_text). */

/* Append plain text as HTML shows it: with its white space folded. */
void	 words_fold(struct buf *out, const char *plain);
/* Return 1 if the words of part (HTML, or plain text) occur in html, or in a text that
   html_text made.  words_step_in ignores the names and numbers of parameters in
   [~...], and takes NULL as empty. */
int	 words_in(const char *html, const char *part);
int	 words_in_text(const char *text, const char *part);
int	 words_step_in(const char *html, const char *part);
/* Return 1 if each text has the words of the other; NULL is no words. */
int	 words_equal(const char *a, const char *b);
