#pragma once

#include <stdint.h>

#include "io/json/json.h"

/* A line of a plan (zload(1), zrollback(1)); the texts belong to the document. */
struct plan_in_line {
	const struct json *doc;
	const char	*verb, *kind, *key, *project;
	int64_t		 n;		/* its number */
};

/* Receive a line.  0, or -1 to end the reading. */
typedef int plan_in_do(void *arg, const struct plan_in_line *, struct err *);

/*
 * Read a plan of a program from standard input, and call each for every line that has a verb.
 * A line with a summary only is skipped.  Return 0, or -1 with the error ZX_DATA, which names
 * the line, if a line is not an object with verb, kind, key and project, is cut short or too
 * long, or has another project than the given one (NULL allows every project).
 */
int	 plan_in_read(const char *program, const char *project, plan_in_do *each, void *arg,
	    struct err *);
/* Set *e to the error that a line does not belong to a plan of the program.  Return -1. */
int	 plan_in_bad(const struct plan_in_line *, const char *program, struct err *);
