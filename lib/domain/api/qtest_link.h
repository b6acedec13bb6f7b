#pragma once

#include "io/json/json.h"

/*
 * A link of an effect (qtest-api.md 2.13, 2.15): path names the source and the request that
 * links it, below the project: /test-logs/ID/defects or /requirements/ID/link?type=TYPE.  sent is
 * what is linked: {"type":"defects","key":KEY}, or {"type":TYPE,"id":ID} of another type.
 */

/* Return 1 if there are links to objects of a type, which is NULL or as in a path. */
int	 qtest_link_type(const char *type);
/* Return what stands for the linked object in a request (the caller frees it). */
struct json qtest_link_item(const struct json *sent);
/* Return the path that lists all links of the source (the caller frees it). */
char	*qtest_link_listing(const char *path);
/* Find the linked object in what a listing, or the reply to a request, shows of a source.  1 and
   *out, {"id","pid"} (the caller frees it), 0. */
int	 qtest_link_find(const struct json *sent, const struct json *source, struct json *out);
