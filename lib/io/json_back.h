#ifndef IO_JSON_BACK_H
#define IO_JSON_BACK_H

#include "io/json.h"

/* Between json*.c; nobody else includes it. */

/* A member name as a value: the same one for the names that come again. */
jv	 json_name(const char *, size_t);

#endif
