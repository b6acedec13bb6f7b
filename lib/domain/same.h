#pragma once

#include "io/json/json.h"

/* True if an object that was read from qTest has all content of the body sent. */
int	 same_content(const struct json *sent, const struct json *doc);
