#ifndef IO_JSON_MEND_H
#define IO_JSON_MEND_H

#include <stddef.h>

#include "base/buf.h"

/*
 * What stands between a text and the parser of libjq 1.6: one look at its
 * words, none at its grammar.  It mends what the parser would refuse or spoil
 * (json.h says what) and refuses what the parser would take though it is no
 * JSON: nan, Infinity, 007, +1, .5, form feeds, NUL, a second value.  A value
 * right behind another is told here, too: the parser's own way leaks it.
 * At most 200 levels.
 */
struct json_mend {
	const char	*text;		/* to be parsed: the text given, or its */
	size_t		 len;		/* mended copy */
	int		 count;		/* of what was mended */
	const char	*why;		/* no JSON, because; and where in the */
	size_t		 at;		/* text given */

	/* The rest is its own. */
	const char	*s, *p, *end;
	const char	*done;		/* what is before it was copied */
	struct buf	 copy;
	struct buf	 grown;		/* size_t each: 2 bytes were added here */
	int		 depth;
	int		 after;		/* a value, not ',' or ':' */
};

/* Zeroed before; 0, or -1 with why and at.  To be freed either way. */
int	 json_mend(struct json_mend *, const char *, size_t len);
/* Where in the text given the byte of the text to be parsed comes from. */
size_t	 json_mend_origin(const struct json_mend *, size_t at);
void	 json_mend_free(struct json_mend *);

#endif
