#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"

/*
 * A long list is parsed an item at a time: its tree as a whole would be ten
 * times its text, and out of every cache before it is looked at.  What is
 * irregular here is left to the parser, which says what is wrong with it.
 */

static const char *
json_split_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p;
}

/* Behind one item, which is added; NULL: there is none. */
static const char *
json_split_item(struct json_items *l, const char *p, const char *end)
{
	const char *next = json_skip(p, end), *last = next;

	while (last > p && json_split_blank(last - 1, last) == last)
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

/* Items from the '[' at p on; the ']', or NULL. */
static const char *
json_split_items(struct json_items *l, const char *p, const char *end)
{
	p = json_split_blank(p + 1, end);
	if (p < end && *p == ']')
		return p;
	while ((p = json_split_item(l, p, end)) != NULL && p < end && *p == ',')
		p = json_split_blank(p + 1, end);
	return p != NULL && p < end && *p == ']' ? p : NULL;
}

/* A name and the ':' behind it; where its value begins, or NULL. */
static const char *
json_split_name(const char **p, const char *end, size_t *len)
{
	const char *s = json_split_blank(*p, end), *close, *colon;

	if (s == end || *s != '"' || (close = memchr(s + 1, '"',
	    (size_t)(end - s) - 1)) == NULL)
		return NULL;
	*len = (size_t)(close - s) - 1;
	*p = s + 1;
	colon = json_split_blank(close + 1, end);
	return memchr(s, '\\', *len + 1) != NULL || colon == end ||
	    *colon != ':' ? NULL : json_split_blank(colon + 1, end);
}

/* From the '{' at p on: the array of that member, its items and its end; 0
   unless there is one, and only one of the name. */
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
		p = json_split_blank(p + 1, end);
	} while (p < end && *p == ',');
	return found && p < end && *p == '}';
}

int
json_parse_split(struct json *j, struct json_items *l, const char *s,
    size_t len, const char *member, int *mended, struct err *e)
{
	const char *end = s + len, *close;
	struct json_span array = { s, 0 };
	struct buf shell = { 0 };
	int rc = -1;

	l->n = 0;
	l->apart = json_split_find(l, json_split_blank(s, end), end, member, &array);
	if (l->apart) {
		close = array.s + array.len - 1;
		buf_add(&shell, s, (size_t)(array.s + 1 - s));
		buf_add(&shell, close, (size_t)(end - close));
		rc = json_parse_answer(j, shell.s, shell.len, mended, NULL);
		buf_free(&shell);
		l->apart = rc == 0;
	}
	if (rc == -1 && (rc = json_parse_answer(j, s, len, mended, e)) == -1)
		json_items_free(l);
	return rc;
}

void
json_items_free(struct json_items *l)
{
	free(l->v);
	*l = (struct json_items){ 0 };
}
