#include <stdio.h>
#include <string.h>

#include "io/http/http_back.h"

/* The option --ca-file. */

struct opt *
http_options(const char **ca_file)
{
	static struct opt options[] = {
		{ .name = "ca-file", .arg = "FILE", .type = OPT_STR,
		    .help = "verify servers by the CA bundle FILE instead of the system's" },
		{ .name = NULL }
	};

	options[0].var = ca_file;
	return options;
}

int
http_ca(const char *path, struct err *e)
{
	char line[200];
	int n = 0, rc = 0;
	FILE *f;

	if (path == NULL)
		return 0;
	if ((f = fopen(path, "r")) == NULL)
		return err_sys(e, ZX_NOINPUT, "--ca-file: %s", path);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "-----BEGIN ", 11) == 0 &&
		    strstr(line, "CERTIFICATE-----") != NULL)
			n++;
	if (ferror(f))
		rc = err_sys(e, ZX_NOINPUT, "--ca-file: %s", path);
	else if (n == 0)
		rc = err_set(e, ZX_CONFIG, "--ca-file: %s contains no PEM certificate "
		    "(-----BEGIN CERTIFICATE-----)", path);
	fclose(f);
	return rc;
}
