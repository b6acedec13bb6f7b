#pragma once

#include <stdint.h>

#include "io/json/json.h"

/* Values of objects as qTest and the map write them. */
const char *value_or_empty(const char *);	/* NULL becomes "" */
/* Return the text at a path of doc, "" if there is none. */
const char *value_text(const struct json *doc, const char *path);
/* Return the value of the property of doc with this field id, NULL if it has none; it
   is borrowed from *hold, which the caller frees. */
const char *value_property(const struct json *doc, int64_t field, struct json *hold);
/* Read the elements of an array member, sorted by their "order"; return how many.  The
   caller frees them with value_list_free. */
int	 value_list(const struct json *doc, const char *member, struct json **out);
void	 value_list_free(struct json *, int n);
