#ifndef IO_JSON_BACK_H
#define IO_JSON_BACK_H

#include "io/json/json.h"

/* Between json*.c; nobody else includes it. */

/* A member name as a value: the same one for the names that come again. */
jv	 json_name(const char *, size_t);

/* A text that is read. */
struct reader {
	const char	*p, *end;
	const char	*why, *at;	/* no JSON, because; and where */
	int		 count;		/* of what was mended */
	int		 depth;		/* levels, now */
	int		 fold, folded;	/* levels kept as values, -1 all; texts made */
	struct buf	 text;		/* of a string that is not as it stands */
};

/* Says why, once; an invalid value. */
jv	 read_fail(struct reader *, const char *at, const char *why);
/* The next byte that is no blank; 0 at the end (a NUL is no JSON either). */
char	 read_ahead(struct reader *);
/* What stands where nothing of the kind belongs: fails, else_why in other cases. */
jv	 read_stray(struct reader *, const char *else_why);
/* Moves over the word and gives v. */
jv	 read_word(struct reader *, const char *word, jv v);
/* Reads a value of any depth as a string: JSON_FOLDED and its compact JSON. */
jv	 read_folded(struct reader *);
/* From the opening quote to behind the closing one: *s and *n, which live
   until the next one is read.  -1 with why. */
int	 read_string(struct reader *, const char **s, size_t *n);
/* A number, or a string of its text when a double would change it. */
jv	 read_number(struct reader *);

#endif
