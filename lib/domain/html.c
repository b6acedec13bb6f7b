#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "domain/html.h"

/* Named character references: those of HTML 4, and those of HTML 5 that editors write
   for ASCII punctuation.  They are sorted by bytes, for a binary search. */
static const struct entity {
	const char	*name;
	uint32_t	 code;
} entities[] = {
	{ "AElig", 198 }, { "AMP", 38 }, { "Aacute", 193 }, { "Acirc", 194 }, { "Agrave", 192 },
	{ "Alpha", 913 }, { "Aring", 197 }, { "Atilde", 195 }, { "Auml", 196 }, { "Beta", 914 },
	{ "Ccedil", 199 }, { "Chi", 935 }, { "Dagger", 8225 }, { "Delta", 916 }, { "ETH", 208 },
	{ "Eacute", 201 }, { "Ecirc", 202 }, { "Egrave", 200 }, { "Epsilon", 917 }, { "Eta", 919 },
	{ "Euml", 203 }, { "GT", 62 }, { "Gamma", 915 }, { "Hat", 94 }, { "Iacute", 205 },
	{ "Icirc", 206 }, { "Igrave", 204 }, { "Iota", 921 }, { "Iuml", 207 }, { "Kappa", 922 },
	{ "LT", 60 }, { "Lambda", 923 }, { "Mu", 924 }, { "NewLine", 10 }, { "NoBreak", 8288 },
	{ "Ntilde", 209 }, { "Nu", 925 }, { "OElig", 338 }, { "Oacute", 211 }, { "Ocirc", 212 },
	{ "Ograve", 210 }, { "Omega", 937 }, { "Omicron", 927 }, { "Oslash", 216 },
	{ "Otilde", 213 }, { "Ouml", 214 }, { "Phi", 934 }, { "Pi", 928 }, { "Prime", 8243 },
	{ "Psi", 936 }, { "QUOT", 34 }, { "Rho", 929 }, { "Scaron", 352 }, { "Sigma", 931 },
	{ "THORN", 222 }, { "Tab", 9 }, { "Tau", 932 }, { "Theta", 920 }, { "Uacute", 218 },
	{ "Ucirc", 219 }, { "Ugrave", 217 }, { "Upsilon", 933 }, { "Uuml", 220 }, { "Xi", 926 },
	{ "Yacute", 221 }, { "Yuml", 376 }, { "ZeroWidthSpace", 8203 }, { "Zeta", 918 },
	{ "aacute", 225 }, { "acirc", 226 }, { "acute", 180 }, { "aelig", 230 }, { "agrave", 224 },
	{ "alefsym", 8501 }, { "alpha", 945 }, { "amp", 38 }, { "and", 8743 }, { "ang", 8736 },
	{ "apos", 39 }, { "aring", 229 }, { "ast", 42 }, { "asymp", 8776 }, { "atilde", 227 },
	{ "auml", 228 }, { "bdquo", 8222 }, { "beta", 946 }, { "brvbar", 166 }, { "bsol", 92 },
	{ "bull", 8226 }, { "cap", 8745 }, { "ccedil", 231 }, { "cedil", 184 }, { "cent", 162 },
	{ "check", 10003 }, { "chi", 967 }, { "circ", 710 }, { "clubs", 9827 }, { "colon", 58 },
	{ "comma", 44 }, { "commat", 64 }, { "cong", 8773 }, { "copy", 169 }, { "copysr", 8471 },
	{ "crarr", 8629 }, { "cross", 10007 }, { "cup", 8746 }, { "curren", 164 }, { "dArr", 8659 },
	{ "dagger", 8224 }, { "darr", 8595 }, { "dash", 8208 }, { "deg", 176 }, { "delta", 948 },
	{ "diams", 9830 }, { "divide", 247 }, { "dollar", 36 }, { "eacute", 233 }, { "ecirc", 234 },
	{ "egrave", 232 }, { "empty", 8709 }, { "emsp", 8195 }, { "ensp", 8194 },
	{ "epsilon", 949 }, { "equals", 61 }, { "equiv", 8801 }, { "eta", 951 }, { "eth", 240 },
	{ "euml", 235 }, { "euro", 8364 }, { "excl", 33 }, { "exist", 8707 }, { "fnof", 402 },
	{ "forall", 8704 }, { "frac12", 189 }, { "frac14", 188 }, { "frac34", 190 },
	{ "frasl", 8260 }, { "gamma", 947 }, { "ge", 8805 }, { "grave", 96 }, { "gt", 62 },
	{ "hArr", 8660 }, { "harr", 8596 }, { "hearts", 9829 }, { "hellip", 8230 },
	{ "horbar", 8213 }, { "hyphen", 8208 }, { "iacute", 237 }, { "icirc", 238 },
	{ "iexcl", 161 }, { "igrave", 236 }, { "image", 8465 }, { "infin", 8734 }, { "int", 8747 },
	{ "iota", 953 }, { "iquest", 191 }, { "isin", 8712 }, { "iuml", 239 }, { "kappa", 954 },
	{ "lArr", 8656 }, { "lambda", 955 }, { "lang", 9001 }, { "laquo", 171 }, { "larr", 8592 },
	{ "lbrace", 123 }, { "lbrack", 91 }, { "lceil", 8968 }, { "lcub", 123 }, { "ldquo", 8220 },
	{ "ldquor", 8222 }, { "le", 8804 }, { "leftarrow", 8592 }, { "lfloor", 8970 },
	{ "lowast", 8727 }, { "lowbar", 95 }, { "loz", 9674 }, { "lpar", 40 }, { "lrm", 8206 },
	{ "lsaquo", 8249 }, { "lsqb", 91 }, { "lsquo", 8216 }, { "lsquor", 8218 }, { "lt", 60 },
	{ "macr", 175 }, { "mdash", 8212 }, { "micro", 181 }, { "middot", 183 }, { "minus", 8722 },
	{ "mu", 956 }, { "nabla", 8711 }, { "nbsp", 160 }, { "ndash", 8211 }, { "ne", 8800 },
	{ "ni", 8715 }, { "not", 172 }, { "notin", 8713 }, { "nsub", 8836 }, { "ntilde", 241 },
	{ "nu", 957 }, { "num", 35 }, { "numero", 8470 }, { "oacute", 243 }, { "ocirc", 244 },
	{ "oelig", 339 }, { "ograve", 242 }, { "oline", 8254 }, { "omega", 969 },
	{ "omicron", 959 }, { "oplus", 8853 }, { "or", 8744 }, { "ordf", 170 }, { "ordm", 186 },
	{ "oslash", 248 }, { "otilde", 245 }, { "otimes", 8855 }, { "ouml", 246 }, { "para", 182 },
	{ "part", 8706 }, { "percnt", 37 }, { "period", 46 }, { "permil", 8240 }, { "perp", 8869 },
	{ "phi", 966 }, { "phone", 9742 }, { "pi", 960 }, { "piv", 982 }, { "plus", 43 },
	{ "plusmn", 177 }, { "pound", 163 }, { "prime", 8242 }, { "prod", 8719 }, { "prop", 8733 },
	{ "psi", 968 }, { "quest", 63 }, { "quot", 34 }, { "rArr", 8658 }, { "radic", 8730 },
	{ "rang", 9002 }, { "raquo", 187 }, { "rarr", 8594 }, { "rbrace", 125 }, { "rbrack", 93 },
	{ "rceil", 8969 }, { "rcub", 125 }, { "rdquo", 8221 }, { "real", 8476 }, { "reg", 174 },
	{ "rfloor", 8971 }, { "rho", 961 }, { "rightarrow", 8594 }, { "rlm", 8207 }, { "rpar", 41 },
	{ "rsaquo", 8250 }, { "rsqb", 93 }, { "rsquo", 8217 }, { "sbquo", 8218 }, { "scaron", 353 },
	{ "sdot", 8901 }, { "sect", 167 }, { "semi", 59 }, { "shy", 173 }, { "sigma", 963 },
	{ "sigmaf", 962 }, { "sim", 8764 }, { "sol", 47 }, { "spades", 9824 }, { "star", 9734 },
	{ "starf", 9733 }, { "sub", 8834 }, { "sube", 8838 }, { "sum", 8721 }, { "sup", 8835 },
	{ "sup1", 185 }, { "sup2", 178 }, { "sup3", 179 }, { "supe", 8839 }, { "szlig", 223 },
	{ "tau", 964 }, { "there4", 8756 }, { "theta", 952 }, { "thetasym", 977 },
	{ "thinsp", 8201 }, { "thorn", 254 }, { "tilde", 732 }, { "times", 215 }, { "trade", 8482 },
	{ "uArr", 8657 }, { "uacute", 250 }, { "uarr", 8593 }, { "ucirc", 251 }, { "ugrave", 249 },
	{ "uml", 168 }, { "upsih", 978 }, { "upsilon", 965 }, { "uuml", 252 }, { "verbar", 124 },
	{ "vert", 124 }, { "weierp", 8472 }, { "xi", 958 }, { "yacute", 253 }, { "yen", 165 },
	{ "yuml", 255 }, { "zeta", 950 }, { "zwj", 8205 }, { "zwnj", 8204 },
};

/* Return the code point of a named character reference, 0 if the name is unknown. */
static uint32_t
html_entity(const char *name, size_t len)
{
	size_t lo = 0, hi = sizeof(entities) / sizeof(entities[0]), mid;
	int c;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		c = strncmp(name, entities[mid].name, len);
		if (c == 0 && entities[mid].name[len] != '\0')
			c = -1;
		if (c == 0)
			return entities[mid].code;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return 0;
}

/* A conversion to text. */
struct html {
	struct buf	*out;
	size_t		 start;		/* of the text of this conversion in out */
	int		 space;		/* white space seen since the last word */
	/* Results of earlier searches, so that none is repeated: */
	const char	*html, *last_gt;	/* NULL: there is no '>' */
	size_t		 len;
	char		*seen;		/* states from which no end was found */
	int		 no_comment, no_script, no_style;	/* no end from here on */
};

/* Append a word or a part of it, after a blank if white space came before. */
static void
html_put(struct html *t, const char *s, size_t len)
{
	if (t->space && t->out->len > t->start)
		buf_putc(t->out, ' ');
	t->space = 0;
	buf_add(t->out, s, len);
}

static void
html_put_code(struct html *t, uint32_t c)
{
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c <= 0x20 || c == 0xa0 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029) {
		t->space = 1;
		return;
	}
	if (c == 0x200b || c == 0x2060 || c == 0xfeff)
		return;
	html_put(t, "", 0);
	utf8_put(t->out, c);
}

/* Append a run of printable ASCII, else one UTF-8 character or one invalid byte; return
   its length. */
static size_t
html_chars(struct html *t, const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] > ' ' && s[n] < 0x7f &&
	    (n == 0 || (s[n] != '<' && s[n] != '&')))
		n++;
	if (n > 0) {
		html_put(t, s, n);
	} else if ((n = utf8_len(s, len)) > 0) {
		html_put_code(t, *s == '\0' ? ' ' : utf8_get(s, len, &n));
	} else {
		n = 1;
		html_put(t, s, n);
	}
	return n;
}

/* Return the Windows-1252 character for a number of the C1 range, as editors write
   them, else c. */
static uint32_t
html_c1(uint32_t c)
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
html_reference(struct html *t, const char *s, size_t len)
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
		html_put_code(t, html_c1(c));
		return i < len && s[i] == ';' ? i + 1 : i;
	}
	while (i < len && i < 32 && isalnum((unsigned char)s[i]))
		i++;
	if (i >= len || s[i] != ';' || (c = html_entity(s + 1, i - 1)) == 0)
		return 0;
	html_put_code(t, c);
	return i + 1;
}

/* Find word in s, ignoring case.  *none is set if s and all after it lack it, and
   saves the search from then on. */
static const char *
html_find(const char *s, size_t len, const char *word, int *none)
{
	size_t n = strlen(word), i;

	for (i = 0; !*none && i + n <= len; i++)
		if (strncasecmp(s + i, word, n) == 0)
			return s + i;
	*none = 1;
	return NULL;
}

/* Return 1 if this state (0: outside of quotes) was seen at s before: the tag has no
   end from here on. */
static int
html_was_seen(struct html *t, const char *s, int state)
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
html_tag_len(struct html *t, const char *s, size_t len)
{
	enum { SHORT = 256 };	/* shorter tags are not remembered */
	const char *p;
	size_t i;
	char quote = 0;

	if (t->last_gt == NULL || s > t->last_gt)
		return 0;
	for (i = 1; i < len; i++) {
		if (i >= SHORT && html_was_seen(t, s + i, quote == 0 ? 0 : quote == '"' ? 1 : 2))
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
html_is_inline(const char *name, size_t len)
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
html_tag(struct html *t, const char *s, size_t len)
{
	size_t n, name, k;
	const char *end;

	if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
		end = html_find(s + 4, len - 4, "-->", &t->no_comment);
		return end != NULL ? (size_t)(end - s) + 3 : 0;
	}
	k = len > 1 && s[1] == '/' ? 2 : 1;
	if (len <= k || !(isalpha((unsigned char)s[k]) || (k == 1 && (s[1] == '!' || s[1] == '?'))))
		return 0;
	if ((n = html_tag_len(t, s, len)) == 0)
		return 0;
	for (name = k; name < n && isalnum((unsigned char)s[name]);)
		name++;
	if (!html_is_inline(s + k, name - k))
		t->space = 1;
	if (k == 1 && ((name == 7 && strncasecmp(s + 1, "script", 6) == 0) ||
	    (name == 6 && strncasecmp(s + 1, "style", 5) == 0))) {
		end = name == 7 ? html_find(s + n, len - n, "</script", &t->no_script) :
		    html_find(s + n, len - n, "</style", &t->no_style);
		if (end != NULL)
			n = (size_t)(end - s);
	}
	return n;
}

void
html_text(struct buf *out, const char *html, size_t len)
{
	struct html t = { .out = out, .start = out->len, .html = html, .len = len };
	size_t i = 0, n;

	for (n = len; n > 0 && t.last_gt == NULL; n--)
		if (html[n - 1] == '>')
			t.last_gt = html + n - 1;

	while (i < len) {
		n = 0;
		if (html[i] == '<')
			n = html_tag(&t, html + i, len - i);
		else if (html[i] == '&')
			n = html_reference(&t, html + i, len - i);
		if (n == 0)
			n = html_chars(&t, html + i, len - i);
		i += n;
	}
	free(t.seen);
}

int
html_url(const char *html, size_t *at, struct buf *url)
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
			html_text(url, p + n + 1, (size_t)(q - p) - n - 1);
			*at = (size_t)(q + 1 - html);
			return 1;
		}
	return 0;
}

void
html_escape(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '&')
			buf_puts(out, "&amp;");
		else if (*s == '<')
			buf_puts(out, "&lt;");
		else if (*s == '>')
			buf_puts(out, "&gt;");
		else
			buf_putc(out, *s);
}

int
html_is_page(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n\xef\xbb\xbf", s[i]))
		i++;
	return i < len && s[i] == '<';
}
