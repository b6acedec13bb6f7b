#ifndef ZEXTRACT_ODD_H
#define ZEXTRACT_ODD_H

#include "base/buf.h"
#include "base/err.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

/*
 * Values of a form that the API's description does not know.  They are never
 * taken for "nothing": they are named in a finding of their object, and kept as
 * text where a text can stand.  Zeroed: none so far.
 */
struct extract;

struct odd {
	struct buf	 what;		/* "status is a string; ..." */
	int		 n;
};

/* 1 for null, "", [], {} and no value: nothing is in them. */
int	 odd_is_empty(const struct json *);
/* Note that member holds val where something else is wanted. */
void	 odd_add(struct odd *, const char *member, const struct json *val,
	    const char *wanted);
/* Note that an answer, or a row of a list, holds a value nested too deep. */
void	 odd_folded(struct odd *, const struct json *answer);
/* Note anything else, in words. */
void	 odd_say(struct odd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Put the finding of an object under rule, or forget an old one; free it. */
int	 odd_report(struct odd *, struct extract *, enum stream,
	    const char *key, const char *rule, struct err *);
void	 odd_free(struct odd *);

#endif
