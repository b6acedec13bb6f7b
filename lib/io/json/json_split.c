#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_back.h"

/*
 * Splits a long list into the texts of its items, each to be parsed by itself: the tree
 * of the whole would take ten times the memory of its text, and leave the processor's
 * caches before it is used.  A text that is irregular here is parsed whole, so that
 * the parser reports its error.
 */

/* Add the item at p to l and return the place behind it; NULL if there is none. */
static const char *
json_split_item(struct json_items *l, const char *p, const char *end)
{
	const char *next = json_skip(p, end), *last = next;

	while (last > p && json_blank_skip(last - 1, last) == last)
		last--;
	if (last == p)
		return NULL;
	if (l->n == l->room) {
		l->room += l->room / 2 + 64;
		l->v = mem_grow(l->v, l->room, sizeof(*l->v));
	}
	l->v[l->n++] = (struct json_span){ p, (size_t)(last - p) };
	return next;
}

/* Add the items of the array whose '[' is at p and return the place of its ']', or NULL. */
static const char *
json_split_items(struct json_items *l, const char *p, const char *end)
{
	p = json_blank_skip(p + 1, end);
	if (p < end && *p == ']')
		return p;
	while ((p = json_split_item(l, p, end)) != NULL && p < end && *p == ',')
		p = json_blank_skip(p + 1, end);
	return p != NULL && p < end && *p == ']' ? p : NULL;
}

/* Find the name at *p, move *p to its first byte, set *len and return the place of its
   value; NULL if it is irregular or has an escape. */
static const char *
json_split_name(const char **p, const char *end, size_t *len)
{
	const char *s = json_blank_skip(*p, end), *close, *colon;

	if (s == end || *s != '"' || (close = memchr(s + 1, '"',
	    (size_t)(end - s) - 1)) == NULL)
		return NULL;
	*len = (size_t)(close - s) - 1;
	*p = s + 1;
	colon = json_blank_skip(close + 1, end);
	return memchr(s, '\\', *len + 1) != NULL || colon == end ||
	    *colon != ':' ? NULL : json_blank_skip(colon + 1, end);
}

/* Find the array that is the member of the object whose '{' is at p, and add its items to
   l.  Returns 0 unless the object has one such member. */
static int
json_split_find(struct json_items *l, const char *p, const char *end,
    const char *member, struct json_span *array)
{
	const char *s, *val;
	size_t len;
	int found = 0;

	if (p == end || *p != '{')
		return 0;
	do {
		s = p + 1;
		if ((val = json_split_name(&s, end, &len)) == NULL)
			return 0;
		if (len != strlen(member) || memcmp(s, member, len) != 0) {
			p = json_skip(val, end);
			continue;
		}
		if (found++ || val == end || *val != '[' ||
		    (p = json_split_items(l, val, end)) == NULL)
			return 0;
		*array = (struct json_span){ val, (size_t)(p - val) + 1 };
		p = json_blank_skip(p + 1, end);
	} while (p < end && *p == ',');
	return found && p < end && *p == '}';
}

int
json_parse_split(struct json *j, struct json_items *l, const char *s,
    size_t len, const char *member, int *repaired, struct err *e)
{
	const char *end = s + len, *close;
	struct json_span array = { s, 0 };
	struct buf shell = { 0 };
	int rc = -1;

	l->n = 0;
	l->is_split = json_split_find(l, json_blank_skip(s, end), end, member, &array);
	if (l->is_split) {
		close = array.s + array.len - 1;
		buf_add(&shell, s, (size_t)(array.s + 1 - s));
		buf_add(&shell, close, (size_t)(end - close));
		rc = json_parse_answer(j, shell.s, shell.len, repaired, NULL);
		buf_free(&shell);
		l->is_split = rc == 0;
	}
	if (rc == -1 && (rc = json_parse_answer(j, s, len, repaired, e)) == -1)
		json_items_free(l);
	return rc;
}

void
json_items_free(struct json_items *l)
{
	free(l->v);
	*l = (struct json_items){ 0 };
}
