#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "io/json/json.h"

#include "list/names.h"
#include "list/odd.h"

/*
 * Makes the canonical text of a row of a list.  The row is parsed once and dumped
 * once; names are put into the text, all at once.
 */
struct row {
	struct json	 j;
	struct buf	 text;
	struct json_parts parts;
	struct odd	 odd;
	char		 row_hash[65];
};

struct source;

/* Append the canonical text of an API value without "self" members at any depth,
   except inside customFields, whose names are the users'. */
void	 row_bare(const struct json *, struct buf *);
/* Copy a row, with customFields and links if they are missing.  links is a
   NULL-terminated list of link kinds ("issues", "webLinks"), or NULL. */
void	 row_open(struct row *, const struct json *, const char *const *links);
/* Make the text, and row_hash of the text and of extra, which has what else matters. */
void	 row_dump(struct row *, const char *extra);
/* Have a member put in by row_seal; val is a canonical text, copied. */
void	 row_put(struct row *, const char *name, const char *val);
/* The same with {"id","name"} of the reference member of raw. */
void	 row_put_name(struct row *, struct names *, enum name_kind, const struct json *raw,
	    const char *member);
/* Put the members in, make head_hash, and set s to the row of raw; s borrows of
   the row and of raw. */
void	 row_seal(struct row *, const struct json *raw, struct store_row *s);
/*
 * Store what belongs to a row beside itself and report what is odd in it; news is
 * an enum store_news, or -1, which is returned: storing the row failed.
 */
int	 row_store_rest(struct row *, struct source *, enum stream, const char *key,
	    int news, struct err *);
void	 row_free(struct row *);

/* Return the id of a reference ({"id":..}, its "self", or the id itself), or 0. */
int64_t	 row_ref(const struct json *, const char *member);
/* Return the key of a test case in its URL, "" if there is none, and set *version,
   or 0.  The caller frees the key. */
char	*row_case_key(const char *self, int64_t *version);

/*
 * Keep a value of a form that the description does not have as "NAME (as sent)":
 * labels that are no list; texts (names, NULL-terminated) that are no strings; a
 * reference without an id.  Called before row_dump().
 */
void	 row_labels(struct row *);
void	 row_texts(struct row *, const char *const *names);
void	 row_away(struct row *, const char *member);
/* Append {"id","name"} of the reference member of raw, which is the nth step result, or a
   row (n 0).  If it has no id its text is the name, and it is noted. */
void	 row_name(struct names *, enum name_kind, const struct json *raw,
	    const char *member, int64_t n, struct odd *, struct buf *);
/* Return a value as a JSON string: a string as it is, else its JSON text. */
struct json row_text_of(const struct json *);
/* Fail with ZX_PROTO unless a member of a row has this type. */
int	 row_need(const struct json *, const char *list, const char *member,
	    enum json_type, struct err *);
