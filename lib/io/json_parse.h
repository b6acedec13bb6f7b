#ifndef IO_JSON_PARSE_H
#define IO_JSON_PARSE_H

#include "io/json.h"

/*
 * A parser of our own over jv_*: jv_parse() of libjq 1.6 spoils numbers,
 * refuses what must be mended, accepts NaN and 007, and takes longer.
 * json_parse.c knows what holds what, json_scalar.c strings and numbers.
 */
struct parse {
	const char	*s, *p, *end;
	int		 depth, mended;
	struct buf	 tmp;		/* a string with its escapes undone */
	const char	*why;		/* the first mistake, at p */
};

int	 parse_fail(struct parse *, const char *why);	/* -1 */
int	 parse_string(struct parse *, jv *);		/* p at its quote */
int	 parse_number(struct parse *, jv *);

#endif
