#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"

static void (*guard)(void);	/* of exit_guard, or NULL */
static exit_logger *logger;	/* of exit_log, or NULL */

void
exit_log(exit_logger *fn)
{
	logger = fn;
}

void
die(int code, const char *fmt, ...)
{
	static int dying;
	char msg[1024];
	va_list ap;

	if (dying++)		/* logging failed, too: there is no memory left */
		exit_now(code);
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (logger != NULL)
		logger(NULL, "%s", msg);
	else
		fprintf(stderr, "ztoq: error: %s\n", msg);
	exit(code);
}

void
exit_guard(void (*fn)(void))
{
	if (guard == NULL)
		atexit(exit_guard_run);
	guard = fn;
}

void
exit_guard_run(void)
{
	if (guard != NULL)
		guard();
}

void
exit_now(int code)
{
	exit_guard_run();
	_exit(code);
}
