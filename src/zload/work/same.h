#ifndef ZLOAD_SAME_H
#define ZLOAD_SAME_H

#include "io/json/json.h"

/* Does an object that was read hold what was sent? */
int	 same_content(const struct json *sent, const struct json *doc);

#endif
