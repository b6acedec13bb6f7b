#ifndef ZREPORT_SENTENCE_H
#define ZREPORT_SENTENCE_H

#include "io/json/json.h"

/* Append a sentence to an array, as printf. */
void	 sentence_add(struct json *array, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
