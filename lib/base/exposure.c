#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/exposure.h"
#include "base/log.h"

int
exposure_of_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

int
exposure_is_checked(void)
{
	const char *checked = getenv("ZTOQ_CHECKED");

	return checked != NULL && *checked != '\0';
}

void
exposure_warn_file(const char *path, const char *what)
{
	exposure_warn(path, "contains %s and other users can read it; run chmod 600 on it", what);
}

void
exposure_warn(const char *where, const char *fmt, ...)
{
	char text[LOG_MAX];
	va_list ap;

	if (exposure_is_checked())
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_warn(where, "%s", text);
}
