#include <unistd.h>

#include "base/buf.h"
#include "domain/html.h"
#include "domain/html_image.h"
#include "test.h"

static const struct {
	const char	*html, *text;
} texts[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "  a \t\n b  ", "a b" },
	{ "<p>one</p><p>two</p>", "one two" },
	{ "one<br>two<br/>three<BR />four", "one two three four" },
	{ "a<b>b</b>c", "abc" },
	{ "<div>a</div>b", "a b" },
	{ "<ul><li>a<li>b</ul>", "a b" },
	{ "<td>a</td><td>b</td>", "a b" },
	{ "&lt;b&gt; &amp;amp; &quot;x&quot; &#39;y&#x27;", "<b> &amp; \"x\" 'y'" },
	{ "a&nbsp;&nbsp;b&#160;c\xc2\xa0" "d", "a b c d" },
	{ "a\xe2\x80\x8b" "b\xe2\x81\xa0" "c&#8203;d&#x2060;e", "abcde" },
	{ "&Auml;&ouml;&szlig;&euro;&hellip;", "\xc3\x84\xc3\xb6\xc3\x9f\xe2\x82\xac\xe2\x80\xa6" },
	{ "&apos;&lbrack;&rbrack;&NewLine;x", "'[] x" },
	{ "&#150;&#x93;", "\xe2\x80\x93\xe2\x80\x9c" },
	{ "&#0;&#xd800;&#x110000;&#99999999999;",
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "&#128512;", "\xf0\x9f\x98\x80" },
	{ "a & b && c &; &# &#x; &nosuch; &amp", "a & b && c &; &# &#x; &nosuch; &amp" },
	{ "1 < 2 and 3 > 2", "1 < 2 and 3 > 2" },
	{ "a <- b <3", "a <- b <3" },
	{ "cut <b off", "cut <b off" },
	{ "a<!-- no --- <b> -->b", "ab" },
	{ "a<!-- never closed", "a<!-- never closed" },
	{ "<a href=\"x>y\" title='>'>link</a>!", "link!" },
	{ "<a href=\"never closed>text</a>", "text" },
	{ "<script>if (a < b) x()</script>t<style>p{}</style>u", "t u" },
	{ "<script>never closed", "never closed" },
	{ "<!DOCTYPE html><?xml x?>t", "t" },
	{ "</p>x</>y", "x</>y" },
	{ "bad \xff utf \xc3", "bad \xff utf \xc3" },
	{ "<p>a</p><p>[zephyr X-T1]</p>", "a [zephyr X-T1]" },
};

TEST("the text of HTML consists of its words")
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_reset(&b);
		html_text(&b, texts[i].html, strlen(texts[i].html));
		CHECK_STR(buf_str(&b), texts[i].text);
	}
	buf_reset(&b);
	buf_puts(&b, "x=");
	html_text(&b, " y", 2);
	CHECK_STR(buf_str(&b), "x=y");
	buf_free(&b);
}

TEST("markup cut anywhere is read without reading past its end")
{
	static const char all[] = "<p a=\"b\">x&amp;&#x41;<!-- c --><script>s</script>\xf0\x9f\x98\x80</p>";
	struct buf b = { 0 };
	char *part;
	size_t i, j;

	for (i = 0; i < sizeof(all); i++)
		for (j = i; j < sizeof(all); j++) {
			part = malloc(j - i + 1);
			memcpy(part, all + i, j - i);
			html_text(&b, part, j - i);
			free(part);
		}
	CHECK(b.len > 0);
	buf_free(&b);
}

/* Read a megabyte of the same piece; a time that is not proportional to the length
   would exceed the limit of the suite. */
static size_t
words_of(const char *piece)
{
	enum { SIZE = 1 << 20 };
	struct buf in = { 0 }, out = { 0 };
	size_t at = 0, n;

	while (in.len < SIZE)
		buf_puts(&in, piece);
	alarm(60);
	html_text(&out, buf_str(&in), in.len);
	n = out.len;
	while (html_url(buf_str(&in), &at, &out))
		continue;
	alarm(0);
	buf_free(&in);
	buf_free(&out);
	return n;
}

TEST("hostile markup is read in time proportional to its length")
{
	static const char *const pieces[] = { "<b ", "<b", "<a =\">\"", "<a =\">\"='", "<a='>\"",
	    "<!--", "<!-- >", "<script>x", "<style><script ", "<a href=\"", "<img src='x", "<a =\"'>",
	    "<a =\">\"<a ='>'", "href=\"", "src='href=\"", "&#1", "&amp", "[zephyr " };
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		CHECK(words_of(pieces[i]) > 0 || i > 1);
}

TEST("plain text that is escaped reads as itself")
{
	static const char plain[] = "a < b & c > d &amp; <b>";
	struct buf esc = { 0 }, text = { 0 };

	html_escape(&esc, plain);
	CHECK_STR(buf_str(&esc), "a &lt; b &amp; c &gt; d &amp;amp; &lt;b&gt;");
	html_text(&text, buf_str(&esc), esc.len);
	CHECK_STR(buf_str(&text), plain);
	buf_free(&esc);
	buf_free(&text);
}

static const struct {
	const char	*html, *names;
} images[] = {
	{ "no <imgx src=\"a\"> <b src='b'> <img> <img alt=\"x\">", "" },
	{ "<img src=\"https://a.b/c?d=1&amp;e=2\">", "https://a.b/c?d=1&e=2|" },
	{ "<IMG alt='a>b' SRC = 'x y'/><img src=../rel.png width=3>", "x y|../rel.png|" },
	{ "<img data-src=\"no\" src=\"yes\"><img src=\"\"><img src=\"never closed", "yes|never closed|" },
	{ "<img src=\"DATA:image/png;base64,AA&amp;A=\">", "data:sha256:"
	    "3698331d9a4abee9ad5bf54c64df35f77ab88fd72d403c3342753133426f4cf0|" },
};

TEST("each image of a text has a name")
{
	struct html_image image;
	struct buf b = { 0 };
	const char *at;
	size_t i;

	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		buf_reset(&b);
		for (at = images[i].html; html_image_next(&at, &image); buf_putc(&b, '|'))
			html_image_name(&b, &image);
		CHECK_STR(buf_str(&b), images[i].names);
	}
	buf_free(&b);
}
