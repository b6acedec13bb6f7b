#include <string.h>

#include "base/exit.h"
#include "base/utf8.h"
#include "io/json/json.h"

/* Canonical texts only: nothing here looks for blanks or for mistakes.  What
   a server sent goes through json_skip, too: nothing reads beyond end. */

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

/* A text on its way: what stands from from on is not copied yet. */
struct splice {
	struct buf	*out;
	const char	*from;
	int		 n;		/* members so far */
};

static void
splice_put(struct splice *s, const char *upto, const char *name,
    const char *val, size_t len)
{
	buf_add(s->out, s->from, (size_t)(upto - s->from));
	s->from = upto;
	buf_quote(s->out, name, strlen(name));
	buf_putc(s->out, ':');
	buf_add(s->out, val, len);
}

void
json_splice_parts(struct buf *out, const char *obj, size_t objlen,
    struct json_parts *parts)
{
	const char *p = obj + 1, *end = obj + objlen, *colon;
	struct splice s = { out, obj, 0 };
	const struct json_part *v = parts->v, *last = v + parts->n;
	int c;

	for (; v < last && p < end && *p == '"'; s.n++) {
		colon = splice_string(p, end);
		c = splice_compare(p, (size_t)(colon - p), v->name);
		if (c < 0) {
			p = json_skip(colon, end);
			p += p < end && *p == ',';
			continue;
		}
		splice_put(&s, p, v->name, parts->vals.s + v->at, v->len);
		v++;
		if (c == 0) {
			s.from = p = json_skip(colon, end);
			p += p < end && *p == ',';
		} else {
			buf_putc(out, ',');
		}
	}
	for (p = end - 1; v < last; v++, s.n++) {	/* these go last */
		buf_add(out, s.from, (size_t)(p - s.from));
		s.from = p;
		if (s.n > 0)
			buf_putc(out, ',');
		splice_put(&s, p, v->name, parts->vals.s + v->at, v->len);
	}
	buf_add(out, s.from, (size_t)(end - s.from));
	buf_reset(&parts->vals);
	parts->n = 0;
}

void
json_part(struct json_parts *parts, const char *name, const char *val,
    size_t len)
{
	struct json_part *p = parts->v + parts->n;
	int c = 1;

	while (p > parts->v && (c = strcmp(p[-1].name, name)) > 0)
		p--;
	if (c == 0 && p > parts->v) {
		p--;
	} else if (parts->n == JSON_PARTS) {
		die(ZX_BUG, "json_part: no room for %s", name);
	} else {
		memmove(p + 1, p, (size_t)(parts->v + parts->n - p) *
		    sizeof(*p));
		parts->n++;
	}
	*p = (struct json_part){ name, parts->vals.len, len };
	buf_add(&parts->vals, val, len);
}

void
json_parts_free(struct json_parts *parts)
{
	buf_free(&parts->vals);
	parts->n = 0;
}

void
json_splice(struct buf *out, const char *obj, size_t objlen,
    const char *name, const char *val, size_t vallen)
{
	struct json_parts one = { .n = 0 };

	json_part(&one, name, val, vallen);
	json_splice_parts(out, obj, objlen, &one);
	json_parts_free(&one);
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

int
json_walk_text(const char **at, const char *end, struct json_span *name,
    struct json_span *val)
{
	const char *p = *at + 1, *colon;	/* behind '{' or ',' */

	if (p >= end || *p != '"')
		return 0;
	colon = splice_string(p, end);
	*at = json_skip(colon, end);
	*name = (struct json_span){ p, (size_t)(colon - p) };
	*val = (struct json_span){ colon + 1, (size_t)(*at - colon) - 1 };
	return 1;
}
