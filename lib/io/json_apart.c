#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json.h"

/*
 * A long list is parsed an item at a time: its tree as a whole would be ten
 * times its text, and out of every cache before it is looked at.  What is
 * irregular here is left to the parser, which says what is wrong with it.
 */

static const char *
blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p;
}

/* Behind one item, which is added; NULL: there is none. */
static const char *
item(struct json_items *l, const char *p, const char *end)
{
	const char *next = json_skip(p, end), *last = next;

	while (last > p && blank(last - 1, last) == last)
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
items(struct json_items *l, const char *p, const char *end)
{
	p = blank(p + 1, end);
	if (p < end && *p == ']')
		return p;
	while ((p = item(l, p, end)) != NULL && p < end && *p == ',')
		p = blank(p + 1, end);
	return p != NULL && p < end && *p == ']' ? p : NULL;
}

/* Where the array of that member begins; NULL unless it is one, and the only
   one of the name. */
static const char *
find(const char *p, const char *end, const char *member)
{
	const char *name, *found = NULL;
	size_t n = strlen(member), len;

	if (p == end || *p != '{')
		return NULL;
	do {
		p = blank(p + 1, end);
		name = p;
		if (p == end || *p != '"')
			return NULL;
		if ((p = memchr(name + 1, '"', (size_t)(end - name) - 1)) == NULL)
			return NULL;
		len = (size_t)(p - name) - 1;
		if (memchr(name + 1, '\\', len) != NULL)
			return NULL;
		p = blank(p + 1, end);
		if (p == end || *p != ':')
			return NULL;
		p = blank(p + 1, end);
		if (len == n && memcmp(name + 1, member, n) == 0) {
			if (found != NULL || p == end || *p != '[')
				return NULL;
			found = p;
		}
		p = json_skip(p, end);
	} while (p < end && *p == ',');
	return p < end && *p == '}' ? found : NULL;
}

int
json_parse_apart(struct json *j, struct json_items *l, const char *s,
    size_t len, const char *member, int *mended, struct err *e)
{
	const char *end = s + len, *from = blank(s, end), *to;
	struct buf shell = { 0 };
	int rc = -1;

	l->n = 0;
	l->apart = (from = find(from, end, member)) != NULL &&
	    (to = items(l, from, end)) != NULL;
	if (l->apart) {
		buf_add(&shell, s, (size_t)(from + 1 - s));
		buf_add(&shell, to, (size_t)(end - to));
		rc = json_parse(j, shell.s, shell.len, mended, NULL);
		buf_free(&shell);
		l->apart = rc == 0;
	}
	return rc == 0 ? 0 : json_parse(j, s, len, mended, e);
}

void
json_items_free(struct json_items *l)
{
	free(l->v);
	*l = (struct json_items){ 0 };
}
