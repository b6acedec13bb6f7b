#include <string.h>

#include "base/exit.h"
#include "base/quote.h"
#include "io/json/json_back.h"

/* Puts members into canonical texts without parsing them.  Such a text has no blanks and
   its members are sorted; only what is necessary is looked at. */

/* The output of a splice; the input before from is copied. */
struct splice {
	struct buf	*out;
	const char	*from;
	int		 n;		/* members written so far */
};

/* Copy the input up to upto, and append the member name with val. */
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
		colon = json_string_skip(p, end);
		c = json_name_compare(p, (size_t)(colon - p), v->name);
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
	for (p = end - 1; v < last; v++, s.n++) {	/* sorted behind all others */
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
json_parts_add(struct json_parts *parts, const char *name, const char *val,
    size_t len)
{
	struct json_part *p = parts->v + parts->n;
	int c = 1;

	while (p > parts->v && (c = strcmp(p[-1].name, name)) > 0)
		p--;
	if (c == 0 && p > parts->v) {
		p--;
	} else if (parts->n == JSON_PARTS) {
		die(ZX_BUG, "json_parts_add: no room for %s", name);
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

	json_parts_add(&one, name, val, vallen);
	json_splice_parts(out, obj, objlen, &one);
	json_parts_free(&one);
}
