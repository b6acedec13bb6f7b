#ifndef ZEXTRACT_ROW_H
#define ZEXTRACT_ROW_H

#include "base/buf.h"
#include "base/err.h"
#include "io/json/json.h"

#include "list/names.h"
#include "list/odd.h"

/*
 * A list row on its way to its canonical text: parsed once, dumped once;
 * names are spliced into the text, all at once.
 */
struct row {
	struct json	 j;
	struct buf	 text;
	struct json_parts parts;
	struct odd	 odd;
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

/* The id of a reference ({"id":..}, its "self", or the id itself), 0 when there
   is none. */
int64_t	 row_ref(const struct json *, const char *member);
/* The key of a test case in its address, and the version there or 0; "" when
   the address names none. */
char	*row_case_key(const char *self, int64_t *version);

/*
 * Members of a form that the description does not know, kept as "NAME (as
 * sent)": before row_dump().  Labels that are no list; texts that are none
 * (names, NULL-ended); a reference that has no id.
 */
void	 row_labels(struct row *);
void	 row_texts(struct row *, const char *const *names);
void	 row_away(struct row *, const char *member);
/* Append {"id","name"} of the reference member of raw; what has no id gets the
   text that it is for its name, and is noted as label. */
void	 row_name(struct names *, enum name_kind, const struct json *raw,
	    const char *member, const char *label, struct odd *, struct buf *);
/* Report what is odd in a row that is stored. */
int	 row_report(struct extract *, struct row *, enum stream,
	    const char *key, struct err *);
/* ZX_PROTO when a row lacks what it must have. */
int	 row_need(const struct json *, const char *list, const char *member,
	    enum json_type, struct err *);

#endif
