#ifndef MOCK_SERVER_TEXT_H
#define MOCK_SERVER_TEXT_H

#include <stdint.h>

#include "base/buf.h"

/*
 * Texts as people leave them in a test tool: markup, emoji, U+00A0, leading
 * blanks, [~x], mojibake.  Each is a function of the number r alone.
 */
void	 text_words(struct buf *, uint64_t r, int n);
/* A name of 1 to 255 code points; several rows may share one. */
void	 text_name(struct buf *, uint64_t r, const char *what);
void	 text_html(struct buf *, uint64_t r);		/* an HTML fragment */
void	 text_line(struct buf *, uint64_t r);		/* one short <p> or bare */
void	 text_label(struct buf *, uint64_t r);		/* no blanks */
const char *text_account(uint64_t r);			/* Jira account id */
int	 text_account_find(const char *);		/* its number, or -1 */

#endif
