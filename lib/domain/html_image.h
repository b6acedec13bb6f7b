#pragma once

#include "base/buf.h"

/* Images in HTML: the attribute src of each <img>, with or without quotes. */
struct html_image {
	const char	*src;		/* the value as the text has it, without quotes */
	size_t		 len;
};

/* Find the next <img> with a src from *at on, which the caller sets to the text at first.
   Return 1, *image and *at behind the tag; 0 after the last. */
int	 html_image_next(const char **at, struct html_image *image);
/* Return 1 if the value of src is the image itself (a data URI). */
int	 html_image_is_data(const struct html_image *);
/* Append the value of src with "&amp;" decoded, the only reference that addresses have. */
void	 html_image_text(struct buf *out, const struct html_image *);
/* Append the name of an image: its address as html_image_text has it, or, for a data URI,
   "data:sha256:" and the hash of that text. */
void	 html_image_name(struct buf *out, const struct html_image *);
