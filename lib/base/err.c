#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

/*
 * Write fmt and, unless it is NULL, ": " and tail to e->msg as one line; a message that
 * does not fit ends with "...".  tail may not point into e.  Returns -1.
 */
static int
err_write(struct err *e, const char *tail, const char *fmt, va_list ap)
{
	int len = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	size_t n = (size_t)len;
	char *p;

	if (tail != NULL && len >= 0 && n < sizeof(e->msg))
		len += snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", tail);
	for (p = e->msg; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	if (len < (int)sizeof(e->msg))
		return -1;
	for (n = sizeof(e->msg) - 4; n > 0 && (e->msg[n] & 0xc0) == 0x80; n--)
		continue;
	memcpy(e->msg + n, "...", 4);
	return -1;
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return -1;
	*e = (struct err){ .code = code };
	va_start(ap, fmt);
	err_write(e, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, int code, const char *fmt, ...)
{
	const char *why = strerror(errno);
	va_list ap;

	if (e == NULL)
		return -1;
	*e = (struct err){ .code = code };
	va_start(ap, fmt);
	err_write(e, why, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_at(struct err *e, const char *fmt, ...)
{
	struct err old;
	va_list ap;

	if (e == NULL)
		return -1;
	old = *e;
	va_start(ap, fmt);
	err_write(e, old.msg, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_copy(struct err *e, const struct err *why)
{
	if (e != NULL)
		*e = *why;
	return -1;
}
