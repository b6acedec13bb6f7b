#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "domain/api/qtest_impl.h"

/*
 * The text of HTML.  Malformed markup stays as text: a comparison may then report a
 * difference that does not exist, but never miss one.
 */
struct text {
	struct buf	*out;
	size_t		 start;		/* of our part of out */
	int		 space;		/* white space seen since the last word */
	/* So that no search for an end is made twice: */
	const char	*html, *last_gt;	/* NULL: there is no '>' */
	size_t		 len;
	char		*seen;		/* states that were passed in vain */
	int		 no_comment, no_script, no_style;	/* no end from here on */
};

static void
text_put(struct text *t, const char *s, size_t len)
{
	if (t->space && t->out->len > t->start)
		buf_putc(t->out, ' ');
	t->space = 0;
	buf_add(t->out, s, len);
}

static void
text_code(struct text *t, uint32_t c)
{
	char u[4];
	size_t n = 0;

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c <= 0x20 || c == 0xa0 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029) {
		t->space = 1;
		return;
	}
	if (c == 0x200b || c == 0x2060 || c == 0xfeff)
		return;
	if (c < 0x80) {
		u[n++] = (char)c;
	} else if (c < 0x800) {
		u[n++] = (char)(0xc0 | (c >> 6));
		u[n++] = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		u[n++] = (char)(0xe0 | (c >> 12));
		u[n++] = (char)(0x80 | ((c >> 6) & 63));
		u[n++] = (char)(0x80 | (c & 63));
	} else {
		u[n++] = (char)(0xf0 | (c >> 18));
		u[n++] = (char)(0x80 | ((c >> 12) & 63));
		u[n++] = (char)(0x80 | ((c >> 6) & 63));
		u[n++] = (char)(0x80 | (c & 63));
	}
	text_put(t, u, n);
}

/* Append one UTF-8 character of s, or one invalid byte; return its length. */
static size_t
text_char(struct text *t, const unsigned char *s, size_t len)
{
	size_t n, i;
	uint32_t c;

	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 1;
	if (n == 1 && s[0] < 0x80) {
		text_code(t, s[0] == 0 ? ' ' : s[0]);
		return 1;
	}
	c = s[0] & (0xffu >> (n + 1));
	for (i = 1; i < n && i < len && (s[i] & 0xc0) == 0x80; i++)
		c = (c << 6) | (s[i] & 63);
	if (n == 1 || i < n) {
		text_put(t, (const char *)s, 1);
		return 1;
	}
	text_code(t, c);
	return n;
}

/* Return the Windows-1252 character for a number of the C1 range, as editors write
   them, else c. */
static uint32_t
text_c1(uint32_t c)
{
	static const uint16_t w[32] = {
		0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
		0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178
	};

	return c >= 0x80 && c <= 0x9f ? w[c - 0x80] : c;
}

/* Append the character of "&name;", "&#123;" or "&#x1f;"; return its length in s, 0
   if it is only an "&". */
static size_t
text_entity(struct text *t, const char *s, size_t len)
{
	size_t i = 1, from;
	uint32_t c = 0;
	int hex, d;

	if (i < len && s[i] == '#') {
		hex = i + 1 < len && (s[i + 1] == 'x' || s[i + 1] == 'X');
		from = i += hex ? 2 : 1;
		for (; i < len && (hex ? isxdigit((unsigned char)s[i]) :
		    isdigit((unsigned char)s[i])); i++) {
			d = isdigit((unsigned char)s[i]) ? s[i] - '0' : (s[i] | 32) - 'a' + 10;
			if (c <= 0x10ffff)
				c = c * (hex ? 16 : 10) + (uint32_t)d;
		}
		if (i == from)
			return 0;
		text_code(t, text_c1(c));
		return i < len && s[i] == ';' ? i + 1 : i;
	}
	while (i < len && i < 32 && isalnum((unsigned char)s[i]))
		i++;
	if (i >= len || s[i] != ';' || (c = qtest_entity(s + 1, i - 1)) == 0)
		return 0;
	text_code(t, c);
	return i + 1;
}

/* Find what in s, ignoring case.  *none is set if s and all after it lack it, and
   saves the search from then on. */
static const char *
text_find(const char *s, size_t len, const char *what, int *none)
{
	size_t n = strlen(what), i;

	for (i = 0; !*none && i + n <= len; i++)
		if (strncasecmp(s + i, what, n) == 0)
			return s + i;
	*none = 1;
	return NULL;
}

/* Return 1 if this state (0: outside of quotes) was seen at s before: the tag has no
   end from here on. */
static int
text_seen(struct text *t, const char *s, int state)
{
	char *at;

	if (t->seen == NULL)
		t->seen = mem_zalloc(t->len + 1);
	at = t->seen + (s - t->html);
	if (*at & (1 << state))
		return 1;
	*at = (char)(*at | (1 << state));
	return 0;
}

/* Return the length of a tag with its brackets, 0 if it has no end.  A '>' inside
   quotes ends the tag only if there is no other. */
static size_t
text_tag_len(struct text *t, const char *s, size_t len)
{
	enum { SHORT = 256 };	/* a tag of ours; it is not remembered */
	const char *p;
	size_t i;
	char quote = 0;

	if (t->last_gt == NULL || s > t->last_gt)
		return 0;
	for (i = 1; i < len; i++) {
		if (i >= SHORT && text_seen(t, s + i, quote == 0 ? 0 : quote == '"' ? 1 : 2))
			break;
		if (quote)
			quote = s[i] == quote ? 0 : quote;
		else if ((s[i] == '"' || s[i] == '\'') && s[i - 1] == '=')
			quote = s[i];
		else if (s[i] == '>')
			return i + 1;
	}
	p = memchr(s, '>', len);
	return p != NULL ? (size_t)(p - s) + 1 : 0;
}

static int
text_inline(const char *name, size_t len)
{
	static const char *const tags[] = { "a", "abbr", "acronym", "b", "bdi", "bdo", "big",
	    "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
	    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
	    "tt", "u", "var", "wbr" };
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strlen(tags[i]) == len && strncasecmp(tags[i], name, len) == 0)
			return 1;
	return 0;
}

/* Skip a tag, a comment or a declaration at s; return its length, 0 if it is text. */
static size_t
text_tag(struct text *t, const char *s, size_t len)
{
	size_t n, name, k;
	const char *end;

	if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
		end = text_find(s + 4, len - 4, "-->", &t->no_comment);
		return end != NULL ? (size_t)(end - s) + 3 : 0;
	}
	k = len > 1 && s[1] == '/' ? 2 : 1;
	if (len <= k || !(isalpha((unsigned char)s[k]) || (k == 1 && (s[1] == '!' || s[1] == '?'))))
		return 0;
	if ((n = text_tag_len(t, s, len)) == 0)
		return 0;
	for (name = k; name < n && isalnum((unsigned char)s[name]);)
		name++;
	if (!text_inline(s + k, name - k))
		t->space = 1;
	if (k == 1 && ((name == 7 && strncasecmp(s + 1, "script", 6) == 0) ||
	    (name == 6 && strncasecmp(s + 1, "style", 5) == 0))) {
		end = name == 7 ? text_find(s + n, len - n, "</script", &t->no_script) :
		    text_find(s + n, len - n, "</style", &t->no_style);
		if (end != NULL)
			n = (size_t)(end - s);
	}
	return n;
}

void
qtest_text(struct buf *out, const char *html, size_t len)
{
	struct text t = { .out = out, .start = out->len, .html = html, .len = len };
	size_t i = 0, n;

	for (n = len; n > 0 && t.last_gt == NULL; n--)
		if (html[n - 1] == '>')
			t.last_gt = html + n - 1;

	while (i < len) {
		n = 0;
		if (html[i] == '<')
			n = text_tag(&t, html + i, len - i);
		else if (html[i] == '&')
			n = text_entity(&t, html + i, len - i);
		if (n == 0)
			n = text_char(&t, (const unsigned char *)html + i, len - i);
		i += n;
	}
	free(t.seen);
}

int
qtest_url(const char *html, size_t *at, struct buf *url)
{
	static const char *const names[] = { "href=", "src=" };
	const char *p = html + *at, *q;
	size_t i, n;

	for (; *p != '\0'; p++)
		for (i = 0; i < 2; i++) {
			n = strlen(names[i]);
			if (strncasecmp(p, names[i], n) != 0 || (p[n] != '"' && p[n] != '\'') ||
			    (q = strchr(p + n + 1, p[n])) == NULL)
				continue;
			buf_reset(url);
			qtest_text(url, p + n + 1, (size_t)(q - p) - n - 1);
			*at = (size_t)(q + 1 - html);
			return 1;
		}
	return 0;
}

/* Find the last "[zephyr " of a text; return what follows it and the lengths of its
   first and second word (0: there is one only), NULL if there is no marker. */
static const char *
qtest_text_marker_words(const char *text, size_t *first, size_t *second)
{
	static const char open[] = "[zephyr ";
	const char *p, *last = NULL;

	for (p = text; (p = strstr(p, open)) != NULL; )
		last = p += sizeof(open) - 1;
	if (last == NULL)
		return NULL;
	*first = strcspn(last, "] ");
	*second = last[*first] == ' ' ? strcspn(last + *first + 1, "] ") : 0;
	p = last + *first + (*second > 0 ? *second + 1 : 0);
	return *first > 0 && *p == ']' ? last : NULL;
}

static int
qtest_text_marker_copy(char *to, size_t room, const char *s, size_t n)
{
	if (n >= room)
		return 0;
	memcpy(to, s, n);
	to[n] = '\0';
	return 1;
}

int
qtest_marker(const char *html, struct qtest_marker *m)
{
	struct buf b = { 0 };
	const char *p;
	size_t n, k;
	int found = 0;

	if (html == NULL || strstr(html, "zephyr") == NULL)
		return 0;
	qtest_text(&b, html, strlen(html));
	m->project[0] = '\0';
	if ((p = qtest_text_marker_words(buf_str(&b), &n, &k)) != NULL)
		found = k == 0 ? qtest_text_marker_copy(m->key, sizeof(m->key), p, n) :
		    qtest_text_marker_copy(m->project, sizeof(m->project), p, n) &&
		    qtest_text_marker_copy(m->key, sizeof(m->key), p + n + 1, k);
	buf_free(&b);
	return found;
}

void
qtest_marker_plain(struct buf *text)
{
	struct buf b = { 0 };
	const char *s = buf_str(text), *p;
	size_t n, k;

	if ((p = qtest_text_marker_words(s, &n, &k)) == NULL || k == 0)
		return;
	buf_add(&b, s, (size_t)(p - s));
	buf_puts(&b, p + n + 1);
	buf_free(text);
	*text = b;
}

const char *
qtest_name(const struct json *item)
{
	const char *name = json_str(item, "name"), *pid = json_str(item, "pid");
	size_t n;

	if (name == NULL || pid == NULL || (n = strlen(pid)) == 0)
		return name;
	return strncmp(name, pid, n) == 0 && name[n] == ' ' ? name + n + 1 : name;
}
