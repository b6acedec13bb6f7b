#include <string.h>

#include "base/utf8.h"
#include "io/json/json_back.h"

/*
 * Reads the tokens of a text: words, strings and numbers.  Repairs what libjq 1.6 would
 * refuse or change: unpaired surrogates, NUL, invalid UTF-8, numbers that a double does
 * not hold.
 */
enum {
	EXACT_DIGITS = 15,	/* a double holds every integer of so many */
	NUMBER_MAX = 48		/* bytes; no double is printed as long */
};
enum number { NUMBER_INVALID, NUMBER_INTEGER, NUMBER_OTHER };

jv
read_fail(struct reader *r, const char *at, const char *why)
{
	r->why = why;
	r->at = at;
	return jv_invalid();
}

jv
read_stray(struct reader *r, const char *why)
{
	if (r->p == r->end)
		return read_fail(r, r->p, r->depth > 0 ? "Unfinished JSON term" :
		    "the text ends too early");
	return read_fail(r, r->p, *r->p == ']' ? "Unmatched ']'" :
	    *r->p == '}' ? "Unmatched '}'" : why);
}

jv
read_word(struct reader *r, const char *text, jv v)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
		return read_fail(r, r->p, "unknown word (only true, false and null are allowed)");
	r->p += n;
	return v;
}

/* Return the value of the four hex digits at p, or -1 if there are fewer. */
static long
json_token_hex(const struct reader *r, const char *p)
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
json_token_repair(struct reader *r)
{
	utf8_put(&r->text, 0xfffd);
	r->count++;
}

/* Read the digits behind "\u", and the next escape if both are a surrogate pair, and append
   the character.  from is the place of the backslash. */
static void
json_token_escape_hex(struct reader *r, const char *from)
{
	long c = json_token_hex(r, r->p), low = 0;

	if (c == -1) {
		read_fail(r, from, "\\u must be followed by four hex digits");
		return;
	}
	r->p += 4;
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->p >= 6 &&
	    r->p[0] == '\\' && r->p[1] == 'u')
		low = json_token_hex(r, r->p + 2);
	if (low >= 0xdc00 && low < 0xe000) {
		r->p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		json_token_repair(r);
	else
		utf8_put(&r->text, (uint32_t)c);
}

/* Read the escape whose backslash is at r->p and append its character. */
static void
json_token_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = r->p++, *c;

	if (r->p == r->end)
		return;			/* the caller reports the string */
	if (*r->p == 'u') {
		r->p++;
		json_token_escape_hex(r, at);
	} else if ((c = memchr(from, *r->p, sizeof(from) - 1)) != NULL) {
		buf_putc(&r->text, to[c - from]);
		r->p++;
	} else {
		read_fail(r, at, "unknown escape");
	}
}

/* Move over all bytes that need no escape and no repair. */
static void
json_token_plain(struct reader *r)
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

/* Read a string into r->text, with its escapes decoded and repaired.  from is its first
   byte; the bytes from there to r->p need neither. */
static void
json_token_decode(struct reader *r, const char *from)
{
	buf_reset(&r->text);
	while (r->why == NULL) {
		buf_add(&r->text, from, (size_t)(r->p - from));
		if (r->p == r->end || *r->p == '"')
			return;
		if (*r->p == '\\') {
			json_token_escape(r);
		} else if ((unsigned char)*r->p < 0x20) {
			read_fail(r, r->p, "a control character in a string");
		} else {
			json_token_repair(r);
			r->p++;
		}
		from = r->p;
		json_token_plain(r);
	}
}

int
read_string(struct reader *r, const char **s, size_t *n)
{
	*s = ++r->p;
	json_token_plain(r);
	*n = (size_t)(r->p - *s);
	if (r->p < r->end && *r->p != '"') {
		json_token_decode(r, *s);
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

int
read_name(struct reader *r, const char **s, size_t *n)
{
	if (json_read_ahead(r) != '"') {
		read_stray(r, "a member must begin with its name in quotes");
		return -1;
	}
	if (read_string(r, s, n) == -1)
		return -1;
	if (json_read_ahead(r) != ':') {
		read_stray(r, "',' or ':' is missing");
		return -1;
	}
	r->p++;
	return 0;
}

static const char *
json_token_digits(const struct reader *r, const char *p)
{
	while (p < r->end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Move over a number of RFC 8259 and return its kind. */
static enum number
json_token_number_kind(struct reader *r)
{
	const char *from = r->p + (*r->p == '-'), *p = json_token_digits(r, from);
	enum number kind = NUMBER_INTEGER;

	if (p == from || (*from == '0' && p > from + 1))
		return NUMBER_INVALID;
	if (p < r->end && *p == '.') {
		from = p + 1;
		if ((p = json_token_digits(r, from)) == from)
			return NUMBER_INVALID;
		kind = NUMBER_OTHER;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		from = p + 1;
		if (from < r->end && (*from == '+' || *from == '-'))
			from++;
		if ((p = json_token_digits(r, from)) == from)
			return NUMBER_INVALID;
		kind = NUMBER_OTHER;
	}
	r->p = p;
	return kind;
}

static jv
json_token_integer(const char *s, size_t len)
{
	int minus = *s == '-';
	int64_t n = 0;
	size_t i;

	for (i = (size_t)minus; i < len; i++)
		n = n * 10 + (s[i] - '0');
	return jv_number(minus ? -(double)n : (double)n);
}

/* Return the number of len bytes at s if libjq prints it with the same text, else a string
   of its text. */
static jv
json_token_faithful(struct reader *r, const char *s, size_t len)
{
	char text[NUMBER_MAX];
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
	enum number kind = json_token_number_kind(r);
	size_t len = (size_t)(r->p - from);

	if (kind == NUMBER_INVALID)
		return read_fail(r, from, "invalid number");
	return kind == NUMBER_INTEGER && len <= EXACT_DIGITS ? json_token_integer(from, len) :
	    json_token_faithful(r, from, len);
}

jv
read_scalar(struct reader *r)
{
	const char *s;
	size_t n;

	switch (json_read_ahead(r)) {
	case '"':
		return read_string(r, &s, &n) == -1 ? jv_invalid() :
		    jv_string_sized(s, (int)n);
	case 't':
		return read_word(r, "true", jv_true());
	case 'f':
		return read_word(r, "false", jv_false());
	case 'n':
		return read_word(r, "null", jv_null());
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return read_number(r);
	default:
		return read_stray(r, "no JSON value begins like this");
	}
}
