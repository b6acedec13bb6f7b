#pragma once

#include "base/opt.h"

/* What opt.c and its parts opt_put.c and opt_help.c share; no other file includes it. */

/*
 * Set the variable of o to s (NULL: the option was given without a value).  from is as
 * in struct opt; where names the option in messages.  Returns -1 for a value that does
 * not fit: ZX_USAGE from the command line, else ZX_CONFIG.
 */
int	 opt_put(struct opt *o, const char *s, char from, const char *where,
	    struct err *e);
/* Write the name of the environment variable of o to out, "" if it has none. */
void	 opt_variable(const struct opt *o, char *out, size_t size);
/* Return row n (from 0) of all tables of set, or NULL behind the last. */
struct opt *opt_row(const struct opt_set *set, int n);
