#ifndef ZEXTRACT_ROW_H
#define ZEXTRACT_ROW_H

#include "base/buf.h"
#include "base/err.h"
#include "io/json.h"

/*
 * A list row on its way to its canonical text: parsed once, dumped once;
 * names are spliced into the text, all at once.
 */
struct row {
	struct json	 j;
	struct buf	 text;
	struct json_parts parts;
	char		 row_hash[65], head_hash[65];
};

/* The canonical text of an API value without "self" members at any depth (but
   inside customFields, whose names are the users'). */
void	 row_bare(const struct json *, struct buf *);
/* Take a row: labels, customFields and links never missing.  links is
   a list of link kinds ("issues webLinks"), or NULL. */
void	 row_open(struct row *, const struct json *, const char *const *links);
/* Its text, and row_hash of text and extra (what matters beside it). */
void	 row_dump(struct row *, const char *extra);
/* A member to be put in; val is a canonical text. */
void	 row_put(struct row *, const char *name, const char *val, size_t);
/* Put them in; head_hash. */
void	 row_seal(struct row *);
void	 row_free(struct row *);

/* The id of a reference ({"id":..} or its "self"), 0 when there is none. */
int64_t	 row_ref(const struct json *, const char *member);
/* ZX_PROTO when a row lacks what it must have. */
int	 row_need(const struct json *, const char *list, const char *member,
	    enum json_type, struct err *);

#endif
