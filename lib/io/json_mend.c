#include <string.h>

#include <jv.h>

#include "base/utf8.h"
#include "io/json_mend.h"

enum {
	MEND_DEPTH = 200,
	MEND_SURE = 15,		/* bytes of an integer that a double holds */
	MEND_NUMBER = 48	/* bytes: no double is printed so long */
};

static int
mend_fail(struct json_mend *m, const char *at, const char *why)
{
	m->why = why;
	m->at = (size_t)(at - m->s);
	return -1;
}

/* text, as long or 2 bytes longer, for what stands between from and p. */
static void
mend_put(struct json_mend *m, const char *from, const char *text, size_t n)
{
	buf_add(&m->copy, m->done, (size_t)(from - m->done));
	if (text != NULL)
		buf_add(&m->copy, text, n);
	else
		buf_quote(&m->copy, from, n);
	if (text == NULL || n > (size_t)(m->p - from))
		buf_add(&m->grown, &m->copy.len, sizeof(m->copy.len));
	m->done = m->p;
	m->count++;
}

size_t
json_mend_origin(const struct json_mend *m, size_t at)
{
	size_t i, edge, more = 0;

	for (i = 0; i < m->grown.len; i += sizeof(edge)) {
		memcpy(&edge, m->grown.s + i, sizeof(edge));
		if (at >= edge)
			more += 2;
	}
	return at - more;
}

static const char *
mend_digits(const struct json_mend *m, const char *p)
{
	while (p < m->end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Moves over a number as RFC 8259 has it: 1 an integer, 0 another, -1. */
static int
mend_shape(struct json_mend *m)
{
	const char *from = m->p + (*m->p == '-'), *p = mend_digits(m, from);
	int whole = 1;

	if (p == from || (*from == '0' && p > from + 1))
		return -1;
	if (p < m->end && *p == '.') {
		from = p + 1;
		if ((p = mend_digits(m, from)) == from)
			return -1;
		whole = 0;
	}
	if (p < m->end && (*p == 'e' || *p == 'E')) {
		from = p + 1;
		if (from < m->end && (*from == '+' || *from == '-'))
			from++;
		if ((p = mend_digits(m, from)) == from)
			return -1;
		whole = 0;
	}
	m->p = p;
	return whole;
}

/* Does libjq print the number as it stands here? */
static int
mend_faithful(const char *s, size_t len)
{
	char text[MEND_NUMBER];
	jv t;
	int same;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	t = jv_dump_string(jv_parse(text), 0);
	same = strcmp(jv_string_value(t), text) == 0;
	jv_free(t);
	return same;
}

static int
mend_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
mend_number(struct json_mend *m)
{
	const char *from = m->p, *p;
	int whole = mend_shape(m);
	size_t len = (size_t)(m->p - from);

	if (whole == -1)
		return mend_fail(m, from, "no such number");
	if ((whole && len <= MEND_SURE) || mend_faithful(from, len))
		return 0;
	for (p = m->p; p < m->end && mend_blank(*p); p++)
		continue;
	if (p < m->end && *p == ':')		/* a string could be a name */
		return mend_fail(m, from, "a number for a member name");
	mend_put(m, from, NULL, len);
	return 0;
}

/* The value of four hex digits at p, or -1. */
static long
mend_hex(const struct json_mend *m, const char *p)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *d;
	long c = 0;
	int i;

	if (m->end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		d = memchr(digits, p[i], sizeof(digits) - 1);
		if (d == NULL)
			return -1;
		c = c << 4 | (d - digits) % 16;
	}
	return c;
}

/* A backslash and what follows. */
static int
mend_escape(struct json_mend *m)
{
	const char *from = m->p++;
	long c, low = 0;

	if (m->p == m->end)
		return 0;			/* neither does the string */
	if (*m->p != 'u') {
		if (memchr("\"\\/bfnrt", *m->p++, 8) != NULL)
			return 0;
		return mend_fail(m, from, "no such escape");
	}
	if ((c = mend_hex(m, m->p + 1)) == -1)
		return mend_fail(m, from, "four hex digits belong after \\u");
	m->p += 5;
	if (c >= 0xd800 && c < 0xdc00 && m->end - m->p >= 6 &&
	    m->p[0] == '\\' && m->p[1] == 'u')
		low = mend_hex(m, m->p + 2);
	if (low >= 0xdc00 && low < 0xe000)
		m->p += 6;
	else if (c == 0 || (c >= 0xd800 && c < 0xe000))
		mend_put(m, from, "\\ufffd", 6);
	return 0;
}

static int
mend_string(struct json_mend *m)
{
	size_t n;

	m->p++;
	while ((m->p += utf8_plain(m->p, (size_t)(m->end - m->p))) < m->end) {
		if (*m->p == '"') {
			m->p++;
			return 0;
		}
		if (*m->p == '\\') {
			if (mend_escape(m) == -1)
				return -1;
			continue;
		}
		if ((unsigned char)*m->p < 0x20)
			return mend_fail(m, m->p, "a control byte in a string");
		n = (unsigned char)*m->p < 0x80 ? 1 :
		    utf8_len(m->p, (size_t)(m->end - m->p));
		m->p += n > 0 ? n : 1;
		if (n == 0)
			mend_put(m, m->p - 1, "\xef\xbf\xbd", 3);
	}
	return mend_fail(m, m->p, "a string that does not end");
}

static int
mend_word(struct json_mend *m, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(m->end - m->p) < n || memcmp(m->p, word, n) != 0)
		return mend_fail(m, m->p, "no such word");
	m->p += n;
	return 0;
}

static int
mend_value(struct json_mend *m)
{
	if (m->after)
		return mend_fail(m, m->p, m->depth == 0 ?
		    "something follows the value" : "',' or ':' is missing");
	m->after = *m->p != '{' && *m->p != '[';
	switch (*m->p) {
	case '{':
	case '[':
		if (m->depth++ == MEND_DEPTH)
			return mend_fail(m, m->p, "more than 200 levels");
		m->p++;
		return 0;
	case '"':
		return mend_string(m);
	case 't':
		return mend_word(m, "true");
	case 'f':
		return mend_word(m, "false");
	case 'n':
		return mend_word(m, "null");
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return mend_number(m);
	default:
		return mend_fail(m, m->p, "no value begins like this");
	}
}

int
json_mend(struct json_mend *m, const char *s, size_t len)
{
	m->s = m->p = m->done = s;
	m->end = s + len;
	while (m->p < m->end) {
		if (mend_blank(*m->p))
			m->p++;
		else if (*m->p == ',' || *m->p == ':') {
			m->after = 0;
			m->p++;
		} else if (*m->p == '}' || *m->p == ']') {
			m->depth -= m->depth > 0;
			m->after = 1;
			m->p++;
		} else if (mend_value(m) == -1)
			return -1;
	}
	m->text = s;
	m->len = len;
	if (m->count > 0) {
		buf_add(&m->copy, m->done, (size_t)(m->end - m->done));
		m->text = m->copy.s;
		m->len = m->copy.len;
	}
	return 0;
}

void
json_mend_free(struct json_mend *m)
{
	buf_free(&m->copy);
	buf_free(&m->grown);
}
