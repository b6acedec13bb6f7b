#pragma once

#include "io/json/json.h"

/* Append a sentence to an array, as printf. */
void	 sentence_add(struct json *array, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
