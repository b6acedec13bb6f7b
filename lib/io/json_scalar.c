#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "io/json_parse.h"

/* Four hex digits at p. */
static int
parse_hex(const struct parse *x, const char *p, uint32_t *out)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *d;
	int i;

	if (x->end - p < 4)
		return -1;
	for (*out = 0, i = 0; i < 4; i++) {
		d = p[i] == '\0' ? NULL : strchr(digits, p[i]);
		if (d == NULL)
			return -1;
		*out = *out << 4 | (uint32_t)(d - digits) % 16;
	}
	return 0;
}

/* \uXXXX, p at the u. */
static int
parse_unicode(struct parse *x)
{
	uint32_t c, low;

	if (parse_hex(x, x->p + 1, &c) == -1)
		return parse_fail(x, "four hex digits belong after \\u");
	x->p += 5;
	if (c >= 0xd800 && c < 0xdc00 && x->end - x->p >= 6 &&
	    x->p[0] == '\\' && x->p[1] == 'u' &&
	    parse_hex(x, x->p + 2, &low) == 0 && low >= 0xdc00 &&
	    low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		x->p += 6;
	} else if (c == 0 || (c >= 0xd800 && c < 0xe000)) {
		c = 0xfffd;
		x->mended++;
	}
	utf8_put(&x->tmp, c);
	return 0;
}

/* A backslash and what follows. */
static int
parse_escape(struct parse *x)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (++x->p == x->end)
		return parse_fail(x, "a string that does not end");
	if (*x->p == 'u')
		return parse_unicode(x);
	at = *x->p == '\0' ? NULL : strchr(from, *x->p);
	if (at == NULL)
		return parse_fail(x, "no such escape");
	buf_putc(&x->tmp, to[at - from]);
	x->p++;
	return 0;
}

/* Bytes that stand for themselves up to the first that does not. */
static void
parse_plain(struct parse *x)
{
	size_t n;

	while (x->p < x->end) {
		unsigned char c = (unsigned char)*x->p;

		if (c >= 0x80) {
			n = utf8_len(x->p, (size_t)(x->end - x->p));
			if (n == 0)
				return;
			x->p += n;
		} else if (c < 0x20 || c == '"' || c == '\\')
			return;
		else
			x->p++;
	}
}

/* The rest of a string that has something to undo, after n plain bytes. */
static int
parse_mixed(struct parse *x, const char *from)
{
	buf_reset(&x->tmp);
	for (;;) {
		buf_add(&x->tmp, from, (size_t)(x->p - from));
		if (x->p == x->end)
			return parse_fail(x, "a string that does not end");
		if (*x->p == '"')
			return 0;
		if (*x->p == '\\') {
			if (parse_escape(x) == -1)
				return -1;
		} else if ((unsigned char)*x->p >= 0x80) {
			utf8_put(&x->tmp, 0xfffd);
			x->mended++;
			x->p++;
		} else
			return parse_fail(x, "a control byte in a string");
		from = x->p;
		parse_plain(x);
	}
}

int
parse_string(struct parse *x, jv *out)
{
	const char *from = ++x->p;

	parse_plain(x);
	if (x->p < x->end && *x->p == '"')
		*out = jv_string_sized(from, (int)(x->p - from));
	else if (parse_mixed(x, from) == 0)
		*out = jv_string_sized(buf_str(&x->tmp), (int)x->tmp.len);
	else
		return -1;
	x->p++;
	return 0;
}

static const char *
parse_digits(struct parse *x)
{
	const char *from = x->p;

	while (x->p < x->end && *x->p >= '0' && *x->p <= '9')
		x->p++;
	return from;
}

/* Moves over a number; 1 when it is an integer. */
static int
parse_shape(struct parse *x)
{
	const char *from;
	int whole = 1;

	if (*x->p == '-')
		x->p++;
	from = parse_digits(x);
	if (x->p == from || (*from == '0' && x->p > from + 1))
		return parse_fail(x, "no such number");
	if (x->p < x->end && *x->p == '.') {
		x->p++;
		if (parse_digits(x) == x->p)
			return parse_fail(x, "no such number");
		whole = 0;
	}
	if (x->p < x->end && (*x->p == 'e' || *x->p == 'E')) {
		x->p++;
		if (x->p < x->end && (*x->p == '+' || *x->p == '-'))
			x->p++;
		if (parse_digits(x) == x->p)
			return parse_fail(x, "no such number");
		whole = 0;
	}
	return whole;
}

/* Would a dump give this text back? */
static int
parse_faithful(double d, const char *text, size_t len)
{
	jv t = jv_dump_string(jv_number(d), 0);
	int same = (size_t)jv_string_length_bytes(jv_copy(t)) == len &&
	    memcmp(jv_string_value(t), text, len) == 0;

	jv_free(t);
	return same;
}

int
parse_number(struct parse *x, jv *out)
{
	const char *from = x->p;
	char text[48];
	int whole = parse_shape(x);
	size_t len = (size_t)(x->p - from), i;
	int64_t n = 0;
	double d;

	if (whole == -1)
		return -1;
	if (whole && len <= 15 && *from != '-') {	/* nearly all */
		for (i = 0; i < len; i++)
			n = n * 10 + (from[i] - '0');
		*out = jv_number((double)n);
		return 0;
	}
	if (len < sizeof(text)) {
		memcpy(text, from, len);
		text[len] = '\0';
		d = strtod(text, NULL);
		if (parse_faithful(d, text, len)) {
			*out = jv_number(d);
			return 0;
		}
	}
	x->mended++;
	*out = jv_string_sized(from, (int)len);
	return 0;
}
