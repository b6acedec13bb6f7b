#include <string.h>

#include "base/utf8.h"
#include "io/json/json_back.h"

/* Strings and numbers of a text, and what has to be mended in them. */
enum {
	READ_SURE = 15,		/* digits of an integer that a double holds */
	READ_NUMBER = 48	/* bytes: no double is printed so long */
};

jv
read_fail(struct reader *r, const char *at, const char *why)
{
	r->why = why;
	r->at = at;
	return jv_invalid();
}

/* The value of four hex digits at p, or -1. */
static long
json_word_hex(const struct reader *r, const char *p)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *d;
	long c = 0;
	int i;

	if (r->end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		d = memchr(digits, p[i], sizeof(digits) - 1);
		if (d == NULL)
			return -1;
		c = c << 4 | (d - digits) % 16;
	}
	return c;
}

static void
json_word_mended(struct reader *r)
{
	utf8_put(&r->text, 0xfffd);
	r->count++;
}

/* Behind "\u": a character, of two escapes when they are a pair. */
static void
json_word_escape_hex(struct reader *r, const char *from)
{
	long c = json_word_hex(r, r->p), low = 0;

	if (c == -1) {
		read_fail(r, from, "\\u must be followed by four hex digits");
		return;
	}
	r->p += 4;
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->p >= 6 &&
	    r->p[0] == '\\' && r->p[1] == 'u')
		low = json_word_hex(r, r->p + 2);
	if (low >= 0xdc00 && low < 0xe000) {
		r->p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		json_word_mended(r);
	else
		utf8_put(&r->text, (uint32_t)c);
}

/* A backslash and what follows. */
static void
json_word_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = r->p++, *c;

	if (r->p == r->end)
		return;				/* neither does the string */
	if (*r->p == 'u') {
		r->p++;
		json_word_escape_hex(r, at);
	} else if ((c = memchr(from, *r->p, sizeof(from) - 1)) != NULL) {
		buf_putc(&r->text, to[c - from]);
		r->p++;
	} else {
		read_fail(r, at, "unknown escape");
	}
}

/* Over all that stands for itself. */
static void
json_word_plain(struct reader *r)
{
	size_t n;

	while ((r->p += utf8_plain(r->p, (size_t)(r->end - r->p))) < r->end &&
	    (unsigned char)*r->p >= 0x7f) {
		n = *r->p == 0x7f ? 1 :
		    utf8_len(r->p, (size_t)(r->end - r->p));
		if (n == 0)
			return;
		r->p += n;
	}
}

/* The rest of a string with something in it that has to be put otherwise. */
static void
json_word_spelled(struct reader *r, const char *from)
{
	buf_reset(&r->text);
	while (r->why == NULL) {
		buf_add(&r->text, from, (size_t)(r->p - from));
		if (r->p == r->end || *r->p == '"')
			return;
		if (*r->p == '\\') {
			json_word_escape(r);
		} else if ((unsigned char)*r->p < 0x20) {
			read_fail(r, r->p, "a control character in a string");
		} else {
			json_word_mended(r);
			r->p++;
		}
		from = r->p;
		json_word_plain(r);
	}
}

int
read_string(struct reader *r, const char **s, size_t *n)
{
	*s = ++r->p;
	json_word_plain(r);
	*n = (size_t)(r->p - *s);
	if (r->p < r->end && *r->p != '"') {
		json_word_spelled(r, *s);
		*s = buf_str(&r->text);
		*n = r->text.len;
	}
	if (r->why == NULL && r->p == r->end)
		read_fail(r, r->p, "an unterminated string");
	if (r->why != NULL)
		return -1;
	r->p++;
	return 0;
}

static const char *
json_word_digits(const struct reader *r, const char *p)
{
	while (p < r->end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Moves over a number as RFC 8259 has it: 1 an integer, 0 another, -1. */
static int
json_word_shape(struct reader *r)
{
	const char *from = r->p + (*r->p == '-'), *p = json_word_digits(r, from);
	int whole = 1;

	if (p == from || (*from == '0' && p > from + 1))
		return -1;
	if (p < r->end && *p == '.') {
		from = p + 1;
		if ((p = json_word_digits(r, from)) == from)
			return -1;
		whole = 0;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		from = p + 1;
		if (from < r->end && (*from == '+' || *from == '-'))
			from++;
		if ((p = json_word_digits(r, from)) == from)
			return -1;
		whole = 0;
	}
	r->p = p;
	return whole;
}

static jv
json_word_integer(const char *s, size_t len)
{
	int minus = *s == '-';
	int64_t n = 0;
	size_t i;

	for (i = (size_t)minus; i < len; i++)
		n = n * 10 + (s[i] - '0');
	return jv_number(minus ? -(double)n : (double)n);
}

/* The number, when libjq prints it as it stands here; else its text. */
static jv
json_word_faithful(struct reader *r, const char *s, size_t len)
{
	char text[READ_NUMBER];
	jv v, t;
	int same;

	if (len < sizeof(text)) {
		memcpy(text, s, len);
		text[len] = '\0';
		v = jv_parse(text);
		t = jv_dump_string(jv_copy(v), 0);
		same = strcmp(jv_string_value(t), text) == 0;
		jv_free(t);
		if (same)
			return v;
		jv_free(v);
	}
	r->count++;
	return jv_string_sized(s, (int)len);
}

jv
read_number(struct reader *r)
{
	const char *from = r->p;
	int whole = json_word_shape(r);
	size_t len = (size_t)(r->p - from);

	if (whole == -1)
		return read_fail(r, from, "invalid number");
	return whole && len <= READ_SURE ? json_word_integer(from, len) :
	    json_word_faithful(r, from, len);
}
