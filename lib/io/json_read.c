#include <string.h>

#include "base/utf8.h"
#include "io/json_back.h"

/*
 * A text becomes values of libjq, in one look at it.  Not by its own parser:
 * that of 1.6 takes nan, 007 and two values in a row, spoils long numbers and
 * lone surrogates, so each word has to be looked at before; then it copies
 * byte by byte, a third of the time that extraction takes.
 */
enum {
	TEXT_MAX = 128 * 1024 * 1024,	/* lengths are ints there, and double */
	READ_DEPTH = 200,
	READ_SURE = 15,		/* digits of an integer that a double holds */
	READ_NUMBER = 48	/* bytes: no double is printed so long */
};

struct reader {
	const char	*p, *end;
	const char	*why, *at;	/* no JSON, because; and where */
	int		 count;		/* of what was mended */
	int		 depth;
	struct buf	 text;		/* of a string that is not as it stands */
};

static jv	 value(struct reader *);

static jv
fail(struct reader *r, const char *at, const char *why)
{
	r->why = why;
	r->at = at;
	return jv_invalid();
}

/* The next byte that is no blank; 0 at the end (a NUL is no JSON either). */
static char
ahead(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' ||
	    *r->p == '\r' || *r->p == '\t'))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

/* What stands where nothing of the kind belongs. */
static jv
stray(struct reader *r, const char *else_why)
{
	if (r->p == r->end)
		return fail(r, r->p, r->depth > 0 ? "Unfinished JSON term" :
		    "it ends too early");
	return fail(r, r->p, *r->p == ']' ? "Unmatched ']'" :
	    *r->p == '}' ? "Unmatched '}'" : else_why);
}

/* The value of four hex digits at p, or -1. */
static long
hex(const struct reader *r, const char *p)
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
mended(struct reader *r)
{
	utf8_put(&r->text, 0xfffd);
	r->count++;
}

/* Behind "\u": a character, of two escapes when they are a pair. */
static void
escape_hex(struct reader *r, const char *from)
{
	long c = hex(r, r->p), low = 0;

	if (c == -1) {
		fail(r, from, "four hex digits belong after \\u");
		return;
	}
	r->p += 4;
	if (c >= 0xd800 && c < 0xdc00 && r->end - r->p >= 6 &&
	    r->p[0] == '\\' && r->p[1] == 'u')
		low = hex(r, r->p + 2);
	if (low >= 0xdc00 && low < 0xe000) {
		r->p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		mended(r);
	else
		utf8_put(&r->text, (uint32_t)c);
}

/* A backslash and what follows. */
static void
escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = r->p++, *c;

	if (r->p == r->end)
		return;				/* neither does the string */
	if (*r->p == 'u') {
		r->p++;
		escape_hex(r, at);
	} else if ((c = memchr(from, *r->p, sizeof(from) - 1)) != NULL) {
		buf_putc(&r->text, to[c - from]);
		r->p++;
	} else {
		fail(r, at, "no such escape");
	}
}

/* Over all that stands for itself. */
static void
plain(struct reader *r)
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
spelled(struct reader *r, const char *from)
{
	buf_reset(&r->text);
	while (r->why == NULL) {
		buf_add(&r->text, from, (size_t)(r->p - from));
		if (r->p == r->end || *r->p == '"')
			return;
		if (*r->p == '\\') {
			escape(r);
		} else if ((unsigned char)*r->p < 0x20) {
			fail(r, r->p, "a control byte in a string");
		} else {
			mended(r);
			r->p++;
		}
		from = r->p;
		plain(r);
	}
}

/* From behind its opening quote to behind the closing one: *s and *n, which
   live until the next one is read. */
static int
string(struct reader *r, const char **s, size_t *n)
{
	*s = ++r->p;
	plain(r);
	*n = (size_t)(r->p - *s);
	if (r->p < r->end && *r->p != '"') {
		spelled(r, *s);
		*s = buf_str(&r->text);
		*n = r->text.len;
	}
	if (r->why == NULL && r->p == r->end)
		fail(r, r->p, "a string that does not end");
	if (r->why != NULL)
		return -1;
	r->p++;
	return 0;
}

static const char *
digits(const struct reader *r, const char *p)
{
	while (p < r->end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Moves over a number as RFC 8259 has it: 1 an integer, 0 another, -1. */
static int
shape(struct reader *r)
{
	const char *from = r->p + (*r->p == '-'), *p = digits(r, from);
	int whole = 1;

	if (p == from || (*from == '0' && p > from + 1))
		return -1;
	if (p < r->end && *p == '.') {
		from = p + 1;
		if ((p = digits(r, from)) == from)
			return -1;
		whole = 0;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		from = p + 1;
		if (from < r->end && (*from == '+' || *from == '-'))
			from++;
		if ((p = digits(r, from)) == from)
			return -1;
		whole = 0;
	}
	r->p = p;
	return whole;
}

static jv
integer(const char *s, size_t len)
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
faithful(struct reader *r, const char *s, size_t len)
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

static jv
number(struct reader *r)
{
	const char *from = r->p;
	int whole = shape(r);
	size_t len = (size_t)(r->p - from);

	if (whole == -1)
		return fail(r, from, "no such number");
	return whole && len <= READ_SURE ? integer(from, len) :
	    faithful(r, from, len);
}

static jv
word(struct reader *r, const char *text, jv v)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
		return fail(r, r->p, "no such word");
	r->p += n;
	return v;
}

/* A bracket: 1 when the end of it follows at once, -1 too deep. */
static int
enter(struct reader *r, char close)
{
	if (r->depth++ == READ_DEPTH) {
		fail(r, r->p, "more than 200 levels");
		return -1;
	}
	r->p++;
	return ahead(r) == close;
}

/* Behind a value in brackets: 1 when they end, 0 when there is another. */
static int
more(struct reader *r, char close, const char *why)
{
	char c = ahead(r);

	if (c == close)
		return 1;
	if (c != ',') {
		stray(r, "',' or ':' is missing");
		return -1;
	}
	r->p++;
	if (ahead(r) == close) {
		fail(r, r->p, why);
		return -1;
	}
	return 0;
}

static jv
array(struct reader *r)
{
	jv a = jv_array(), v;
	int over = enter(r, ']');

	while (over == 0) {
		v = value(r);
		if (r->why != NULL)
			break;
		a = jv_array_append(a, v);
		over = more(r, ']', "Expected another array element");
	}
	if (r->why != NULL) {
		jv_free(a);
		return jv_invalid();
	}
	r->p++;
	r->depth--;
	return a;
}

/* One member into *o. */
static void
member(struct reader *r, jv *o)
{
	const char *s;
	size_t n;
	jv name, v;

	if (ahead(r) != '"') {
		stray(r, "a member begins with its name in quotes");
		return;
	}
	if (string(r, &s, &n) == -1)
		return;
	name = json_name(s, n);
	if (ahead(r) == ':') {
		r->p++;
		v = ahead(r) == '}' ? fail(r, r->p, "a value is missing") :
		    value(r);
	} else {
		v = stray(r, "',' or ':' is missing");
	}
	if (r->why == NULL)
		*o = jv_object_set(*o, name, v);
	else
		jv_free(name);
}

static jv
object(struct reader *r)
{
	jv o = jv_object();
	int over = enter(r, '}');

	while (over == 0) {
		member(r, &o);
		if (r->why != NULL)
			break;
		over = more(r, '}', "Expected another key-value pair");
	}
	if (r->why != NULL) {
		jv_free(o);
		return jv_invalid();
	}
	r->p++;
	r->depth--;
	return o;
}

static jv
value(struct reader *r)
{
	const char *s;
	size_t n;

	switch (ahead(r)) {
	case '{':
		return object(r);
	case '[':
		return array(r);
	case '"':
		return string(r, &s, &n) == -1 ? jv_invalid() :
		    jv_string_sized(s, (int)n);
	case 't':
		return word(r, "true", jv_true());
	case 'f':
		return word(r, "false", jv_false());
	case 'n':
		return word(r, "null", jv_null());
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return number(r);
	default:
		return stray(r, "no value begins like this");
	}
}

static int
refused(const char *s, const struct reader *r, struct err *e)
{
	const char *p;
	int line = 1;

	for (p = s; p < r->at; p++)
		line += *p == '\n';
	return err_set(e, ZX_DATA, "invalid JSON at offset %zu (line %d): %s",
	    (size_t)(r->at - s), line, r->why);
}

int
json_parse(struct json *j, const char *s, size_t len, int *mended,
    struct err *e)
{
	struct reader r = { .p = s, .end = s + len };
	jv v;

	memset(j, 0, sizeof(*j));
	if (len > TEXT_MAX)
		return err_set(e, ZX_DATA, "%zu bytes of JSON are too many",
		    len);
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		r.p += 3;
	v = value(&r);
	if (r.why == NULL && (ahead(&r) != '\0' || r.p < r.end)) {
		jv_free(v);
		stray(&r, "something follows the value");
	}
	if (r.why == NULL)
		*j = (struct json){ .v = v, .set = 1 };
	else
		refused(s, &r, e);
	if (mended != NULL)
		*mended = r.count;
	buf_free(&r.text);
	return j->set ? 0 : -1;
}
