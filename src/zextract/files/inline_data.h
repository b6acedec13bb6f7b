#pragma once

#include "base/err.h"
#include "domain/html_image.h"

/* The images inside the JSON text of a record: where they are, and those that are data
   URIs. */
struct attach;

/* Call found for each image in a string of a JSON text, with the place of the string in
   it; path is the place of the text itself.  An empty or malformed text has none. */
void	 inline_text_walk(const char *json, size_t len, const char *path,
	    void (*found)(void *arg, const char *field, const struct html_image *), void *arg);
/* Store the bytes of each data URI in a JSON text that is not stored yet.  No query may be
   open.  0, -1. */
int	 inline_data_store(struct attach *, const char *json, size_t len, struct err *);
