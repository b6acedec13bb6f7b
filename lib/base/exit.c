#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/log.h"

static void (*guard)(void);

void
die(int code, const char *fmt, ...)
{
	static int dying;
	char msg[1024];
	va_list ap;

	if (dying++)		/* the heap is so empty that telling failed */
		exit_now(code);
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	log_error(NULL, "%s", msg);
	exit(code);
}

const char *
exit_name(int code)
{
	static const struct {
		int		 code;
		const char	*name;
	} names[] = {
		{ ZX_OK, "ok" }, { ZX_DIFF, "differences" },
		{ ZX_REJECTS, "rejects" }, { ZX_USAGE, "usage" },
		{ ZX_DATA, "data" }, { ZX_NOINPUT, "no input" },
		{ ZX_REMOTE, "remote" }, { ZX_BUG, "bug" }, { ZX_IO, "io" },
		{ ZX_RETRY, "retry" }, { ZX_PROTO, "protocol" },
		{ ZX_AUTH, "auth" }, { ZX_CONFIG, "config" }
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].name;
	return "?";
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
