#include <stdarg.h>

#include "base/buf.h"
#include "sentence.h"

void
sentence_add(struct json *array, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	json_push(array, json_string(buf_str(&b)));
	buf_free(&b);
}
