#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* A message is one line; what was cut shows it. */
static void
err_tidy(struct err *e, int wanted)
{
	size_t n;
	char *p;

	for (p = e->msg; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	if (wanted < (int)sizeof(e->msg))
		return;
	for (n = sizeof(e->msg) - 4; n > 0 && (e->msg[n] & 0xc0) == 0x80; n--)
		continue;
	memcpy(e->msg + n, "...", 4);
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (e == NULL)
		return -1;
	e->code = code;
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	err_tidy(e, n);
	return -1;
}

int
err_sys(struct err *e, int code, const char *fmt, ...)
{
	const char *why = strerror(errno);
	size_t len;
	va_list ap;
	int n;

	if (e == NULL)
		return -1;
	e->code = code;
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(e->msg)) {
		len = (size_t)n;
		n += snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", why);
	}
	err_tidy(e, n);
	return -1;
}

int
err_at(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->msg)];
	size_t len;
	va_list ap;
	int n;

	if (e == NULL)
		return -1;
	memcpy(old, e->msg, sizeof(old));
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(e->msg)) {
		len = (size_t)n;
		n += snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", old);
	}
	err_tidy(e, n);
	return -1;
}
