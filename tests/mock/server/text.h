#pragma once

#include <stdint.h>

#include "base/buf.h"

/*
 * Append a text as people leave them in a test tool: markup, emoji, U+00A0, leading
 * blanks, [~x], mojibake.  Each text depends on the number r alone.
 */
void	 text_words(struct buf *, uint64_t r, int n);
/* A name of 1 to 255 code points; several rows may share one. */
void	 text_name(struct buf *, uint64_t r, const char *what);
void	 text_html(struct buf *, uint64_t r);		/* an HTML fragment */
void	 text_line(struct buf *, uint64_t r);		/* short, with or without <p> */
void	 text_label(struct buf *, uint64_t r);		/* without blanks */
/* Return a Jira account id; find the number of one, or -1. */
const char *text_account(uint64_t r);
int	 text_account_find(const char *);
