#include <stddef.h>
#include <string.h>

#include "base/buf.h"

#include "server/rand.h"
#include "server/text.h"

#define COUNT(a) ((int64_t)(sizeof(a) / sizeof(*(a))))

static const char *const words[] = {
	"login", "page", "user", "opens", "the", "channel", "with", "valid",
	"password", "and", "checks", "that", "message", "appears", "in",
	"list", "after", "reload", "settings", "dialog", "button", "is",
	"disabled", "when", "field", "empty", "account", "payment", "invoice",
	"export", "import", "file", "large", "slow", "network", "retry",
	"search", "filter", "sorted", "by", "date", "permission", "denied",
	"administrator", "guest", "mobile", "desktop", "notification", "sound",
	"theme", "dark", "profile", "picture", "upload", "cancel", "confirm"
};

/* Texts that break converters; one text in five contains one of these. */
static const char *const oddities[] = {
	"\xf0\x9f\x8e\x89", "\xc2\xa0", "<b>bold</b>", "&lt;script&gt;",
	"[~username]", "\"quoted\"", "it's", "a &amp; b", "\xc3\x82\xc2\xa0",
	"\xe2\x80\x8b", "na\xc3\xafve \xe2\x80\x94 caf\xc3\xa9",
	"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "100&nbsp;%", "[~a] and [~b]",
	"C:\\temp\\x", "\xe2\x81\xa0", "<br>next", "<br />next",
	"<a href=\"https://example.test/?a=1&amp;b=2\">link</a>",
	"<code>if (a &lt; b)</code>", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"
};

static const char *const name_oddities[] = {
	"\xf0\x9f\x9a\x80", "<Tag>", "\"quotes\"", "it's", "A & B", "a\xc2\xa0" "b",
	"50%", "\xe2\x80\x94", "(copy)", "/me", "\\d+", "\xd7\xa9\xd7\x9c", "#1",
	"<script>alert(1)</script>", "&amp;", "{x}", "[~x]", "caf\xc3\xa9"
};

static const char *const labels[] = {
	"smoke", "regression", "cy-prod", "P1", "api", "nightly", "ui",
	"release-2.1", "l10n", "b\xc3\xbcro", "wip", "a11y", "beta&more"
};

static const char *const accounts[] = {
	"557058:1b7f4c1e-9d53-4c1b-8a57-2f3a5c9d0e11",
	"557058:7c2a9f00-3b8e-4e6d-9c41-aa54b1d2c301",
	"712020:3f0c2d44-61b5-4f9a-b7e8-0d9e8f7a6b5c",
	"5b10a2844c20165700ede21g", "5c4af1d2e8b7370d9f21aa07",
	"712020:e5d4c3b2-a190-4f8e-9d7c-6b5a4f3e2d1c"
};

void
text_words(struct buf *b, uint64_t r, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ' ');
		buf_puts(b, words[rand_below(rand_next(&r), COUNT(words))]);
	}
}

static void
text_odd_words(struct buf *b, uint64_t r, int n)
{
	text_words(b, r, n);
	if (rand_next(&r) % 5 != 0)
		return;
	buf_putc(b, ' ');
	buf_puts(b, oddities[rand_below(rand_next(&r), COUNT(oddities))]);
	buf_putc(b, ' ');
	text_words(b, rand_next(&r), 2);
}

/* Fill the name that begins at from up to 255 code points, with ASCII. */
static void
text_long_name(struct buf *b, uint64_t r, size_t from)
{
	size_t i, points;

	for (points = 0, i = from; i < b->len; i++)
		points += (b->s[i] & 0xc0) != 0x80;
	while (points++ < 255)
		buf_putc(b, points % 9 == 0 ? ' ' :
		    (char)('a' + rand_next(&r) % 26));
	if (b->s[b->len - 1] == ' ')
		b->s[b->len - 1] = '.';
}

void
text_name(struct buf *b, uint64_t r, const char *what)
{
	size_t from = b->len;
	int odd = (int)rand_below(r, 100);

	if (odd == 0)
		buf_puts(b, "  ");
	if (odd < 6) {		/* names that several rows share */
		buf_printf(b, "%s of the day %d", what, odd);
		return;
	}
	buf_puts(b, what);
	buf_putc(b, ' ');
	text_words(b, rand_next(&r), 2 + (int)rand_below(rand_next(&r), 5));
	if (odd < 24) {
		buf_putc(b, ' ');
		buf_puts(b, name_oddities[rand_below(rand_next(&r),
		    COUNT(name_oddities))]);
	}
	if (odd == 24 || odd == 25)
		text_long_name(b, r, from);
	else if (odd == 26)
		buf_putc(b, ' ');
	else if (odd == 27)
		buf_puts(b, "  twice  blank");
}

static void
text_list(struct buf *b, uint64_t r, const char *tag)
{
	int n = 1 + (int)rand_below(rand_next(&r), 4);

	buf_printf(b, "<%s>", tag);
	while (n-- > 0) {
		buf_puts(b, "<li>");
		text_odd_words(b, rand_next(&r), 4);
		buf_puts(b, "</li>");
	}
	buf_printf(b, "</%s>", tag);
}

void
text_html(struct buf *b, uint64_t r)
{
	int n = 1 + (int)rand_below(rand_next(&r), 3);

	while (n-- > 0) {
		buf_puts(b, "<p>");
		text_odd_words(b, rand_next(&r), 6 +
		    (int)rand_below(rand_next(&r), 12));
		buf_puts(b, "</p>");
	}
	switch (rand_below(rand_next(&r), 8)) {
	case 0:
		text_list(b, rand_next(&r), "ul");
		break;
	case 1:
		text_list(b, rand_next(&r), "ol");
		break;
	case 2:
		buf_puts(b, "<table><tr><th>a</th><th>b</th></tr>"
		    "<tr><td>1</td><td>&nbsp;</td></tr></table>");
		break;
	case 3:
		buf_puts(b, "<pre><code>x = 1;\n\ty &lt; 2;</code></pre>");
		break;
	default:
		break;
	}
}

void
text_line(struct buf *b, uint64_t r)
{
	int bare = rand_next(&r) % 4 == 0;

	if (rand_next(&r) % 40 == 0)
		buf_puts(b, "   ");
	if (!bare)
		buf_puts(b, "<p>");
	text_odd_words(b, rand_next(&r), 3 + (int)rand_below(rand_next(&r), 9));
	if (!bare)
		buf_puts(b, "</p>");
}

void
text_label(struct buf *b, uint64_t r)
{
	buf_puts(b, labels[rand_below(r, COUNT(labels))]);
}

const char *
text_account(uint64_t r)
{
	return accounts[rand_below(r, COUNT(accounts))];
}

int
text_account_find(const char *account)
{
	int i;

	for (i = 0; i < COUNT(accounts); i++)
		if (strcmp(accounts[i], account) == 0)
			return i;
	return -1;
}
