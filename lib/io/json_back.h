#ifndef IO_JSON_BACK_H
#define IO_JSON_BACK_H

#include "io/json.h"

/* Between json*.c; nobody else includes it. */

/* A member name as a value: the same one for the names that come again. */
jv	 json_name(const char *, size_t);

/* A text that is read. */
struct reader {
	const char	*p, *end;
	const char	*why, *at;	/* no JSON, because; and where */
	int		 count;		/* of what was mended */
	int		 depth, deepest;	/* levels: now, at most */
	struct buf	 text;		/* of a string that is not as it stands */
};

/* Says why, once; an invalid value. */
jv	 read_fail(struct reader *, const char *at, const char *why);
/* From the opening quote to behind the closing one: *s and *n, which live
   until the next one is read.  -1 with why. */
int	 read_string(struct reader *, const char **s, size_t *n);
/* A number, or a string of its text when a double would change it. */
jv	 read_number(struct reader *);

#endif
