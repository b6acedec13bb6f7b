#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

/*
 * Collects values whose form differs from the API's description.  They are never
 * treated as empty: a finding of their object names them, and they are kept as text
 * where a text is allowed.  Initialised with zeros.
 */
struct finding;

struct odd {
	struct buf	 what;		/* "status is a string; ..." */
	int		 n;
};

/* True for null, "", [], {} and for no value. */
int	 odd_is_empty(const struct json *);
/* Note that the member that printf would write has the value val, where the description
   has another type (wanted). */
void	 odd_add(struct odd *, const struct json *val, const char *wanted, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* Note that an answer, or a row of a list, holds a value nested too deep. */
void	 odd_folded(struct odd *, const struct json *answer);
/* Note any other difference, in words. */
void	 odd_say(struct odd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Report what was noted of an object under rule, or remove an earlier finding if
   nothing was; free odd. */
int	 odd_report(struct odd *, struct finding *, enum stream,
	    const char *key, const char *rule, struct err *);
void	 odd_free(struct odd *);
