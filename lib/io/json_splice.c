#include <string.h>

#include "base/utf8.h"
#include "io/json.h"

/* Canonical texts only: nothing here looks for blanks or for mistakes. */

/* From an opening quote to behind its closing one. */
static const char *
splice_string(const char *p, const char *end)
{
	p++;
	while ((p += utf8_plain(p, (size_t)(end - p))) < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* To the ',' or the bracket behind a value. */
const char *
json_skip(const char *p, const char *end)
{
	int depth = 0;

	while (p < end) {
		switch (*p) {
		case '"':
			p = splice_string(p, end);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth-- == 0)
				return p;
			break;
		case ',':
			if (depth == 0)
				return p;
			break;
		}
		p++;
	}
	return end;
}

/* How the quoted name at p compares with name, by the bytes they stand for. */
static int
splice_compare(const char *p, size_t len, const char *name)
{
	struct json j;
	struct err e;
	int c;

	if (memchr(p, '\\', len) == NULL) {
		size_t n = strlen(name), m = len - 2;

		c = memcmp(p + 1, name, n < m ? n : m);
		return c != 0 ? c : (m > n) - (m < n);
	}
	if (json_parse(&j, p, len, NULL, &e) == -1)
		return 1;
	c = strcmp(json_str(&j, ""), name);
	json_free(&j);
	return c;
}

static void
splice_put(struct buf *out, const char *name, const char *val, size_t len)
{
	buf_quote(out, name, strlen(name));
	buf_putc(out, ':');
	buf_add(out, val, len);
}

void
json_splice(struct buf *out, const char *obj, size_t objlen,
    const char *name, const char *val, size_t vallen)
{
	const char *p = obj + 1, *end = obj + objlen, *colon, *next;
	int c = 1, first;

	while (p < end && *p == '"') {
		colon = splice_string(p, end);
		c = splice_compare(p, (size_t)(colon - p), name);
		if (c >= 0)
			break;
		p = json_skip(colon, end);
		if (p < end && *p == ',')
			p++;
	}
	first = p == obj + 1;
	if (p >= end || *p != '"') {		/* goes last */
		buf_add(out, obj, (size_t)(end - obj) - 1);
		if (!first)
			buf_putc(out, ',');
		splice_put(out, name, val, vallen);
		buf_putc(out, '}');
		return;
	}
	buf_add(out, obj, (size_t)(p - obj));
	splice_put(out, name, val, vallen);
	next = c == 0 ? json_skip(splice_string(p, end), end) : p;
	if (c != 0)
		buf_putc(out, ',');
	buf_add(out, next, (size_t)(end - next));
}

const char *
json_find(const char *obj, size_t objlen, const char *name, size_t *len)
{
	const char *p = obj + 1, *end = obj + objlen, *colon;
	int c;

	if (objlen == 0 || *obj != '{')
		return NULL;
	for (; p < end && *p == '"'; p += p < end && *p == ',') {
		colon = splice_string(p, end);
		c = splice_compare(p, (size_t)(colon - p), name);
		p = json_skip(colon, end);
		if (c == 0 && colon < p) {
			*len = (size_t)(p - colon) - 1;
			return colon + 1;
		}
		if (c > 0)
			break;
	}
	return NULL;
}
