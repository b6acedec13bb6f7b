#include "test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"

static const char *
quoted(const char *s, size_t len)
{
	static char out[256];
	struct buf b = { 0 };

	buf_quote(&b, s, len);
	snprintf(out, sizeof(out), "%s", b.s);
	buf_free(&b);
	return out;
}

TEST("an empty buffer reads as an empty string") {
	struct buf b = { 0 };
	char *s;
	size_t n = 7;

	CHECK_STR(buf_str(&b), "");
	buf_reset(&b);
	buf_drop(&b, 3);
	buf_cut(&b, 3);
	buf_add(&b, NULL, 0);
	CHECK_STR(buf_str(&b), "");
	buf_free(&b);
	buf_free(&b);
	s = buf_take(&b, &n);
	CHECK_STR(s, "");
	CHECK_INT(n, 0);
	free(s);
}

TEST("a buffer grows, keeps every byte and ends in NUL") {
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < 100000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	CHECK_INT(b.len, 100000);
	for (i = 0; i < b.len; i++)
		CHECK(b.s[i] == (char)('a' + i % 26));
	CHECK_INT(b.s[b.len], 0);
	buf_free(&b);
}

TEST("text, numbers and formats of any length are appended") {
	struct buf b = { 0 };
	char big[500];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	buf_puts(&b, "a");
	buf_int(&b, 0);
	buf_int(&b, -7);
	buf_int(&b, INT64_MAX);
	buf_int(&b, INT64_MIN);
	CHECK_STR(buf_str(&b), "a0-79223372036854775807-9223372036854775808");
	buf_reset(&b);
	buf_printf(&b, "<%s>%d", big, 5);
	CHECK_INT(b.len, 502);
	CHECK_STR(b.s + 498, "xx>5");
	buf_free(&b);
}

TEST("a buffer is cut, reset and handed over") {
	struct buf b = { 0 };
	size_t n;
	char *s;

	buf_puts(&b, "abcdef");
	buf_cut(&b, 4);
	buf_cut(&b, 99);
	buf_drop(&b, 1);
	CHECK_STR(buf_str(&b), "bcd");
	buf_drop(&b, 99);
	CHECK_STR(buf_str(&b), "");
	buf_puts(&b, "xy");
	s = buf_take(&b, &n);
	CHECK_STR(s, "xy");
	CHECK_INT(n, 2);
	CHECK_STR(buf_str(&b), "");
	free(s);
}

TEST("the characters that JSON demands are quoted as jq does") {
	CHECK_STR(quoted("a\"b\\c/\b\f\n\r\t", 11),
	    "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\"");
	CHECK_STR(quoted("\x01\x1f\x7f\0z", 5),
	    "\"\\u0001\\u001f\\u007f\\u0000z\"");
	CHECK_STR(quoted("", 0), "\"\"");
	CHECK_STR(quoted("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9),
	    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

#define FFFD "\xef\xbf\xbd"

TEST("bytes that are not UTF-8 are quoted as U+FFFD") {
	CHECK_STR(quoted("a\xff" "b", 3), "\"a" FFFD "b\"");
	CHECK_STR(quoted("\xc3", 1), "\"" FFFD "\"");
	CHECK_STR(quoted("\xc0\x80", 2), "\"" FFFD FFFD "\"");
	CHECK_STR(quoted("\xed\xa0\x80", 3), "\"" FFFD FFFD FFFD "\"");
	CHECK_STR(quoted("\xf4\x90\x80\x80", 4),
	    "\"" FFFD FFFD FFFD FFFD "\"");
	CHECK_STR(quoted("\xe2\x82z", 3), "\"" FFFD FFFD "z\"");
}

TEST("every character of Unicode is written and read") {
	struct buf b = { 0 };
	uint32_t c;
	size_t n;

	for (c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 37) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		buf_reset(&b);
		utf8_put(&b, c);
		CHECK_INT(utf8_get(b.s, b.len, &n), c);
		CHECK_INT(n, b.len);
		CHECK_INT(utf8_len(b.s, b.len - 1), 0);
	}
	CHECK_INT(utf8_get("\xff", 1, &n), 0xfffd);
	CHECK_INT(n, 1);
	buf_free(&b);
}

TEST("a text is never cut inside a character") {
	static const char s[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
	static const size_t want[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };
	size_t n;

	for (n = 0; n < sizeof(want) / sizeof(want[0]); n++)
		CHECK_INT(utf8_cut(s, n), want[n]);
	CHECK_INT(utf8_cut("\x80\x80\x80\x80\x80", 5), 5);
}

TEST("memory is copied, formatted and grown") {
	char *s = mem_fmt("%d-%s", 7, "x"), *d = mem_dupn("abc", 2);
	int *v = mem_grow(NULL, 4, sizeof(*v));

	CHECK_STR(s, "7-x");
	CHECK_STR(d, "ab");
	CHECK(mem_dup(NULL) == NULL);
	v[3] = 1;
	v = mem_grow(v, 400, sizeof(*v));
	CHECK_INT(v[3], 1);
	free(s);
	free(d);
	free(v);
}

static void
greedy(void *arg)
{
	(void)arg;
	mem_grow(NULL, SIZE_MAX / 2, 3);
}

TEST("an exhausted heap ends the program with a message") {
	static struct test_child c;

	test_run(&c, greedy, NULL);
	CHECK_INT(c.status, 70);
	CHECK(strstr(c.err, "out of memory") != NULL);
}
