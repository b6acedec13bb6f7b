#include <string.h>

#include "base/utf8.h"
#include "io/json/json_back.h"

/*
 * Finds values in a text without parsing it, by quotes, brackets and commas alone.  The
 * text may be malformed: nothing beyond its end is read.
 */

const char *
json_string_skip(const char *p, const char *end)
{
	p++;
	while ((p += utf8_plain(p, (size_t)(end - p))) < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* Return the place behind the array or object that begins at p; NULL if it does not end. */
static const char *
json_scan_list(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = json_string_skip(p, end);
			continue;
		}
		depth += *p == '{' || *p == '[';
		if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

const char *
json_skip(const char *p, const char *end)
{
	while (p < end && *p != ',' && *p != '}' && *p != ']') {
		if (*p == '"')
			p = json_string_skip(p, end);
		else if (*p != '{' && *p != '[')
			p++;
		else if ((p = json_scan_list(p, end)) == NULL)
			return end;
	}
	return p;
}

int
json_is_complete(const char *s, size_t len)
{
	const char *end = s + len, *p = json_blank_skip(s, end);

	if (p == end || (*p != '{' && *p != '['))
		return 0;
	return (p = json_scan_list(p, end)) != NULL && json_blank_skip(p, end) == end;
}

int
json_name_compare(const char *p, size_t len, const char *name)
{
	size_t n = strlen(name), m = len - 2;
	struct json j;
	int c;

	if (memchr(p, '\\', len) == NULL) {
		c = memcmp(p + 1, name, n < m ? n : m);
		return c != 0 ? c : (m > n) - (m < n);
	}
	if (json_parse(&j, p, len, NULL, NULL) == -1)
		return 1;
	c = strcmp(json_str(&j, ""), name);
	json_free(&j);
	return c;
}

int
json_walk_text(const char **at, const char *end, struct json_span *name,
    struct json_span *val)
{
	const char *p = *at + 1, *colon;	/* p is behind '{' or ',' */

	if (p >= end || *p != '"')
		return 0;
	colon = json_string_skip(p, end);
	if ((*at = json_skip(colon, end)) == colon)
		return 0;
	*name = (struct json_span){ p, (size_t)(colon - p) };
	*val = (struct json_span){ colon + 1, (size_t)(*at - colon) - 1 };
	return 1;
}

const char *
json_find(const char *obj, size_t objlen, const char *name, size_t *len)
{
	const char *at = obj, *end = obj + objlen;
	struct json_span n, val;
	int c = -1;

	if (objlen == 0 || *obj != '{')
		return NULL;
	while (c < 0 && json_walk_text(&at, end, &n, &val))
		c = json_name_compare(n.s, n.len, name);
	if (c != 0)
		return NULL;
	*len = val.len;
	return val.s;
}
