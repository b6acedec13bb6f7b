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
 * Read a plan of a program from standard input, and call each with each line that has a verb.
 * A line with a summary alone is left out.  0, or -1: ZX_DATA, which names the line, if a line
 * is no object with verb, kind, key and project, is cut short or too long, or if its project is
 * another one than the given (NULL: any).
 */
int	 plan_in_read(const char *program, const char *project, plan_in_do *each, void *arg,
	    struct err *);
/* Set the error of a line that is none of a plan of the program.  -1. */
int	 plan_in_bad(const struct plan_in_line *, const char *program, struct err *);
