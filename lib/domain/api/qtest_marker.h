#pragma once

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
/* Remove the project from the marker in a text that html_text made, so that texts with
   either form of the marker compare as equal. */
void	 qtest_marker_plain(struct buf *text);
/* Return the name of a listed item without its pid ("MD-2 name"), which the item owns;
   NULL if it has none. */
const char *qtest_name(const struct json *item);
