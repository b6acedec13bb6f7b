#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "domain/text/mention.h"

/* Elements whose content is no place for a link. */
static const char *const closed[] = { "a", "button", "code", "iframe", "kbd", "math", "noembed",
    "noframes", "noscript", "option", "plaintext", "pre", "samp", "script", "select", "style",
    "svg", "textarea", "title", "xmp", NULL };

static int
mention_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Return the length of the key of the project that begins at s and has one of the types, 0 if
   no such key begins there. */
static size_t
mention_key_len(const char *s, size_t len, const char *project, const char *types)
{
	size_t n = strlen(project), i;

	if (len < n + 3 || memcmp(s, project, n) != 0 || s[n] != '-' || s[n + 1] == '\0' ||
	    strchr(types, s[n + 1]) == NULL || s[n + 2] < '1' || s[n + 2] > '9')
		return 0;
	for (i = n + 3; i < len && isdigit((unsigned char)s[i]); i++)
		continue;
	return i < MENTION_KEY && (i == len || !mention_is_word(s[i])) ? i : 0;
}

/* True if a key that ends at s is not part of a file name, a path or a longer name. */
static int
mention_ends(const char *s, size_t len, const char *project)
{
	if (len < 2 || strchr("-./", s[0]) == NULL || !mention_is_word(s[1]))
		return 1;
	return s[0] == '/' && mention_key_len(s + 1, len - 1, project, "TRPE") > 0;
}

int
mention_is_own(const char *own, const char *key, size_t len)
{
	const char *p = own;

	for (; (p = strchr(p, key[0])) != NULL; p++)
		if (strncmp(p, key, len) == 0 && !mention_is_word(p[len]) &&
		    (p == own || !mention_is_word(p[-1])))
			return 1;
	return 0;
}

int
mention_may_occur(const char *text, const char *project, const char *types, const char *own)
{
	const char *p = text;
	size_t n;

	for (; (p = strstr(p, project)) != NULL; p++) {
		n = mention_key_len(p, strnlen(p, MENTION_KEY), project, types);
		if (n > 0 && !mention_is_own(own, p, n))
			return 1;
	}
	return 0;
}

/* Find the key in an address of Zephyr, ".../testCase/DEMO-T1" with or without more behind it.
   1 and *m, 0 if it is another address. */
static int
mention_in_url(const char *url, size_t len, const char *project, struct mention *m)
{
	size_t i, n;
	int test = 0;

	for (i = 0; i + 1 < len; i++) {
		if (url[i] != '/')
			continue;
		if (len - i > 6 && memcmp(url + i, "/test", 5) == 0 &&
		    isupper((unsigned char)url[i + 5]))
			test = 1;
		n = mention_key_len(url + i + 1, len - i - 1, project, "TRPE");
		if (test && n > 0 && (i + 1 + n == len || strchr("/?&#", url[i + 1 + n]) != NULL)) {
			snprintf(m->key, sizeof(m->key), "%.*s", (int)n, url + i + 1);
			return 1;
		}
	}
	return 0;
}

/* Return the length of the address at s in a text. */
static size_t
mention_url_len(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && !isspace((unsigned char)s[n]) && strchr("<>\"'", s[n]) == NULL &&
	    (s[n] != '&' || (len - n > 5 && memcmp(s + n, "&amp;", 5) == 0)))
		n++;
	while (n > 0 && strchr(".,;:!?)]}", s[n - 1]) != NULL)
		n--;
	return n;
}

/* Return the length of the tag at s, len if it has no end. */
static size_t
mention_tag_len(const char *s, size_t len)
{
	const char *end;
	size_t i;

	for (i = 1; i + 1 < len && s[i] != '>'; i++)
		if (s[i] == '=' && (s[i + 1] == '"' || s[i + 1] == '\'')) {
			if ((end = memchr(s + i + 2, s[i + 1], len - i - 2)) == NULL)
				return len;
			i = (size_t)(end - s);
		}
	return i < len && s[i] == '>' ? i + 1 : len;
}

/* Return the value of an attribute of the tag at s, which has quotes, and set *n; NULL if it
   has none. */
static const char *
mention_attribute(const char *s, size_t len, const char *name, size_t *n)
{
	size_t k = strlen(name), i;
	const char *end;

	for (i = 1; i + k + 2 < len; i++)
		if (isspace((unsigned char)s[i - 1]) && strncasecmp(s + i, name, k) == 0 &&
		    s[i + k] == '=' && (s[i + k + 1] == '"' || s[i + k + 1] == '\'')) {
			end = memchr(s + i + k + 2, s[i + k + 1], len - i - k - 2);
			*n = end != NULL ? (size_t)(end - s) - i - k - 2 : 0;
			return end != NULL ? s + i + k + 2 : NULL;
		}
	return NULL;
}

/* Return the offset of "</name" in s, len if s does not contain it. */
static size_t
mention_end_tag(const char *s, size_t len, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i + n + 2 <= len; i++)
		if (s[i] == '<' && s[i + 1] == '/' && strncasecmp(s + i + 2, name, n) == 0 &&
		    (i + n + 2 == len || !isalnum((unsigned char)s[i + n + 2])))
			return i;
	return len;
}

/* Skip the comment, or the tag and what is inside an element without links, at the place of the
   search.  1 and *m when the tag links to an address of Zephyr, else 0. */
static int
mention_tag(struct mention_scan *scan, struct mention *m)
{
	const char *s = scan->html + scan->at, *end, *href;
	size_t len = scan->len - scan->at, tag, name = 1, n, title;
	const char *const *c;
	int found = 0;

	if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
		end = strstr(s + 4, "-->");
		scan->at += end != NULL ? (size_t)(end - s) + 3 : len;
		return 0;
	}
	if (len < 2 || (!isalpha((unsigned char)s[1]) && strchr("/!?", s[1]) == NULL)) {
		scan->at++;
		return 0;
	}
	tag = mention_tag_len(s, len);
	while (name < tag && isalnum((unsigned char)s[name]))
		name++;
	for (c = closed; *c != NULL; c++)
		if (strlen(*c) == name - 1 && strncasecmp(*c, s + 1, name - 1) == 0)
			break;
	if (c == closed && (href = mention_attribute(s, tag, "href", &n)) != NULL &&
	    mention_attribute(s, tag, "title", &title) == NULL &&
	    mention_in_url(href, n, scan->project, m)) {
		m->form = MENTION_HREF;
		m->at = (size_t)(href - scan->html);
		m->len = n;
		found = 1;
	}
	scan->at += tag;
	if (*c != NULL)
		scan->at += mention_end_tag(s + tag, len - tag, *c, name - 1);
	return found;
}

/* Skip the address at the place of the search.  1 and *m when it is one of Zephyr, else 0. */
static int
mention_url(struct mention_scan *scan, struct mention *m)
{
	const char *s = scan->html + scan->at;

	m->form = MENTION_TEXT;
	m->at = scan->at;
	m->len = mention_url_len(s, scan->len - scan->at);
	scan->at += m->len;
	return mention_in_url(s, m->len, scan->project, m);
}

/* Check for a key at the place of the search, which moves on.  1 and *m, or 0. */
static int
mention_key(struct mention_scan *scan, struct mention *m)
{
	size_t at = scan->at++, n;
	const char *s = scan->html + at;
	char before = at > 0 ? s[-1] : ' ';

	if (s[0] != scan->project[0] || mention_is_word(before) ||
	    (strchr("-./\\", before) != NULL && !(before == '/' && at == scan->last + 1)) ||
	    (n = mention_key_len(s, scan->len - at, scan->project, "TRPE")) == 0)
		return 0;
	scan->at = scan->last = at + n;
	if (!mention_ends(s + n, scan->len - at - n, scan->project))
		return 0;
	snprintf(m->key, sizeof(m->key), "%.*s", (int)n, s);
	m->form = MENTION_TEXT;
	m->at = at;
	m->len = n;
	return 1;
}

int
mention_next(struct mention_scan *scan, struct mention *m)
{
	static const char marker[] = "[zephyr ";
	const char *s, *end;
	size_t len, n = sizeof(marker) - 1;
	int found = 0;

	while (!found && scan->at < scan->len) {
		s = scan->html + scan->at;
		len = scan->len - scan->at;
		if (*s == '<')
			found = mention_tag(scan, m);
		else if ((strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0) &&
		    (scan->at == 0 || !mention_is_word(s[-1])))
			found = mention_url(scan, m);
		else if (strncmp(s, marker, n) == 0) {
			end = memchr(s, ']', len);
			scan->at += end != NULL ? (size_t)(end - s) : len;
		} else
			found = mention_key(scan, m);
	}
	return found;
}
