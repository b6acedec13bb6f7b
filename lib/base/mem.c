#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/mem.h"

void *
mem_zalloc(size_t n)
{
	void *p = calloc(1, n > 0 ? n : 1);

	if (p == NULL)
		die(ZX_BUG, "out of memory (%zu bytes)", n);
	return p;
}

void *
mem_grow(void *old, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		die(ZX_BUG, "out of memory (%zu times %zu)", count, size);
	p = realloc(old, count * size > 0 ? count * size : 1);
	if (p == NULL)
		die(ZX_BUG, "out of memory (%zu bytes)", count * size);
	return p;
}

char *
mem_dup(const char *s)
{
	return s == NULL ? NULL : mem_dupn(s, strlen(s));
}

char *
mem_dupn(const char *s, size_t len)
{
	char *p = mem_grow(NULL, len + 1, 1);

	if (len > 0)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
mem_fmt(const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		die(ZX_BUG, "bad format: %s", fmt);
	p = mem_grow(NULL, (size_t)n + 1, 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}
