#pragma once

struct doubt;
struct doubts;
struct json;
struct readback;

/*
 * Searches for the files of steps after an update of their cases.  One listing shows the files
 * of many steps (qtest-api.md 2.16).
 */

/* Let a read-back settle all due searches for files of steps, among them the first one.  Return
   the path of the listing (the caller frees it), NULL when the search is for another object,
   for files of one step alone, or when qTest does not list several steps. */
char	*file_listing_path(struct doubts *, struct doubt *first, struct readback *);
/* True if an item of such a listing is a file of the step that a search is about. */
int	 file_listing_has(const struct doubt *, const struct json *item);
/* End a doubt whose parent qTest does not have; a step may have another id by now. */
void	 file_listing_no_parent(struct doubts *, struct doubt *);
