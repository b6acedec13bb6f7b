#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "io/json/json.h"

/*
 * Find the last marker in a description or note (HTML, or NULL): "[zephyr PROJECT KEY]",
 * or "[zephyr KEY]" as versions before 0.2 wrote it.  Return 1 with its key and project
 * ("" if none is named); 0 if there is no marker or a part is too long.
 */
enum { QTEST_MARKER_PROJECT = 64, QTEST_MARKER_KEY = 400 };
struct qtest_marker {
	char	 project[QTEST_MARKER_PROJECT], key[QTEST_MARKER_KEY];
};
int	 qtest_marker(const char *html, struct qtest_marker *);
/* The part of an object that holds its marker. */
enum marker_place {
	MARKER_NONE,
	MARKER_FIELD,		/* property "Zephyr Key"; the description in a project without
				   this field */
	MARKER_DESCRIPTION,	/* last line of the description */
	MARKER_NOTE		/* last line of the note */
};
/* The label of the field of MARKER_FIELD. */
extern const char qtest_marker_label[];
/* Return the member whose last line is the marker, NULL if a property is the marker or there
   is none.  field is the id of the field with the label, 0 if the project has none. */
const char *qtest_marker_member(enum marker_place, int64_t field);
/* Read the marker in a body or an object whose marker has this place; a property names no
   project.  1 and *out, 0 when it has none. */
int	 qtest_marker_read(enum marker_place, int64_t field, const struct json *,
	    struct qtest_marker *out);
/* Remove the project from the marker in a text that html_text made, so that texts with
   either form of the marker compare as equal. */
void	 qtest_marker_plain(struct buf *text);
/* Return the name of a listed item without its pid ("MD-2 name"), which the item owns;
   NULL if it has none. */
const char *qtest_name(const struct json *item);
