#pragma once

#include <stdarg.h>

#include "io/db/db.h"

/*
 * The parameters of one statement.  Only db*.c include this.  Types are s i b or 0;
 * texts are valid UTF-8 without NUL and have their length.  Texts are borrowed unless
 * they had to be repaired; with terminated, all end with a NUL.
 */
enum { DB_PARAMS = 128 };	/* most of one statement */
struct db_args {
	int		 n;
	struct db_val	 v[DB_PARAMS];
	char		*copies[DB_PARAMS];	/* texts that v has copies of */
	int		 ncopies;
};

/* Set a to the arguments in ap, with types as in db.h. */
void		 db_args_get(struct db_args *a, int terminated, const char *types,
		    va_list ap);
/* Set a to the n values at v. */
void		 db_args_vals(struct db_args *a, int terminated,
		    const struct db_val *v, int n);
void		 db_args_free(struct db_args *a);
