#pragma once

#include "domain/fields.h"
#include "reconcile/expected.h"
#include "reconcile/stage.h"
#include "reconcile/value.h"
#include "reconcile/words.h"

/* What the comparison of one object needs. */
struct compare {
	struct object		 o;
	const char		*parent;	/* expected: a reference or "" */
	const struct expected	*x;
	struct stage		*stage;
	struct fields		*fields;
};

/*
 * Compare a value that is expected (want) with the one found and report a difference
 * as what.  A line is plain text; id and kind are those of the object that qTest
 * refers to; of status and properties, want and found are the whole objects.
 */
void	 compare_line(struct object *, const char *what, const char *want,
	    const char *found);
void	 compare_html(struct object *, const char *what, const char *want,
	    const char *found);
void	 compare_date(struct object *, const char *what, const char *want,
	    const char *found);
void	 compare_ref(struct compare *, const char *what, const char *want, int kind,
	    int64_t id);
void	 compare_status(struct compare *, const char *what, const struct json *want,
	    const struct json *found);
void	 compare_properties(struct compare *, const char *artifact,
	    const struct json *want, const struct json *found);
/* Compare the name, or a member that is HTML or a date, of two objects. */
void	 compare_name(struct object *, const struct json *want, const struct json *found);
void	 compare_member(struct object *, const char *member, const struct json *want,
	    const struct json *found);
void	 compare_date_member(struct object *, const char *member, const struct json *want,
	    const struct json *found);
/* The parts of compare_html: append the text that is compared; compare the links. */
void	 compare_text(struct buf *out, const char *html);
void	 compare_links(struct object *, const char *what, const char *want,
	    const char *found);
