#include "test.h"

#include "io/json/json.h"
#include "io/json/json_out.h"

static char got[70000];

/* Return the canonical text of s, with "repaired:" before it if it was repaired, or the
   error. */
static const char *
canon(const char *s, size_t len)
{
	struct json j;
	struct buf b = { 0 };
	struct err e;
	int repaired;

	if (json_parse(&j, s, len, &repaired, &e) == -1) {
		snprintf(got, sizeof(got), "%d %s", e.code, e.msg);
		return j.set ? "set after a failure" : got;
	}
	if (repaired > 0)
		buf_printf(&b, "%d repaired:", repaired);
	json_dump(&j, &b);
	json_free(&j);
	snprintf(got, sizeof(got), "%s", b.s);
	buf_free(&b);
	return got;
}

static const char *
c(const char *s)
{
	return canon(s, strlen(s));
}

TEST("members are sorted by their bytes at every level") {
	CHECK_STR(c(" {\"b\" : [ 1 , {\"z\":{} , \"a\":[]} ],\n\"a\":null} "),
	    "{\"a\":null,\"b\":[1,{\"a\":[],\"z\":{}}]}");
	CHECK_STR(c("{\"aa\":1,\"a\":2,\"A\":3,\"\":4,\"\\u00e9\":5,\"~\":6}"),
	    "{\"\":4,\"A\":3,\"a\":2,\"aa\":1,\"~\":6,\"\xc3\xa9\":5}");
	CHECK_STR(c("{\"a\":1,\"b\":2,\"a\":3}"), "{\"a\":3,\"b\":2}");
	CHECK_STR(c("\xef\xbb\xbf[true,false,null]"), "[true,false,null]");
}

TEST("strings are kept") {
	CHECK_STR(c("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude00\""),
	    "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xc3\xa9\xf0\x9f\x98\x80\"");
	CHECK_STR(c("\"\\u0001\\u007f\\u001F\""), "\"\\u0001\\u007f\\u001f\"");
	CHECK_STR(c("\"<script>&amp;'\xe2\x80\xae\""),
	    "\"<script>&amp;'\xe2\x80\xae\"");
}

#define FFFD "\xef\xbf\xbd"

TEST("unpaired surrogates, NUL and bytes that are not UTF-8 are repaired") {
	CHECK_STR(c("\"\\ud800\""), "1 repaired:\"" FFFD "\"");
	CHECK_STR(c("\"\\udc00x\""), "1 repaired:\"" FFFD "x\"");
	CHECK_STR(c("\"\\ud800\\ud83d\\ude00\""),
	    "1 repaired:\"" FFFD "\xf0\x9f\x98\x80\"");
	CHECK_STR(c("\"\\ud800\\u0041\\ud800\\n\""),
	    "2 repaired:\"" FFFD "A" FFFD "\\n\"");
	CHECK_STR(c("\"a\\u0000b\""), "1 repaired:\"a" FFFD "b\"");
	CHECK_STR(c("\"a\xff\xc3z\""), "2 repaired:\"a" FFFD FFFD "z\"");
	CHECK_STR(c("{\"\\udfff\":1}"), "1 repaired:{\"" FFFD "\":1}");
	CHECK_STR(c("\"\\\\ud800\""), "\"\\\\ud800\"");
}

TEST("the text of a number that a double would change is kept") {
	CHECK_STR(c("[0,-0,1,-1,999999999999999,-123456789012345]"),
	    "[0,-0,1,-1,999999999999999,-123456789012345]");
	CHECK_STR(c("[9007199254740991,9007199254740992]"),
	    "[9007199254740991,9007199254740992]");
	CHECK_STR(c("9007199254740993"), "1 repaired:\"9007199254740993\"");
	CHECK_STR(c("12345678901234567890"),
	    "1 repaired:\"12345678901234567890\"");
	CHECK_STR(c("[0.5,3.14159,-2.25,0.0001]"),
	    "[0.5,3.14159,-2.25,0.0001]");
	CHECK_STR(c("[1.0,1.10,1e3,1E400,-1e400,1e-400]"), "6 repaired:"
	    "[\"1.0\",\"1.10\",\"1e3\",\"1E400\",\"-1e400\",\"1e-400\"]");
	CHECK_STR(c("0.1234567890123456789"),
	    "1 repaired:\"0.1234567890123456789\"");
	CHECK_STR(c("[1e+17,1e-05]"), "[1e+17,1e-05]");
}

TEST("text that is not JSON is refused with the position") {
	static const char *const bad[][2] = {
		{ "", "65 invalid JSON at offset 0 (line 1): the text ends too early" },
		{ "  ", "65 invalid JSON at offset 2 (line 1): the text ends too early" },
		{ "{\n\"a\":\n1,\n}", "65 invalid JSON at offset 10 (line 4): Expected another key-value pair" },
		{ "[1 2]", "65 invalid JSON at offset 3 (line 1): ',' or ':' is missing" },
		{ "[1,]", "65 invalid JSON at offset 3 (line 1): Expected another array element" },
		{ "[1,x]", "65 invalid JSON at offset 3 (line 1): no JSON value begins like this" },
		{ "[1,[2]", "65 invalid JSON at offset 6 (line 1): Unfinished JSON term" },
		{ "[[]\n{", "65 invalid JSON at offset 4 (line 2): ',' or ':' is missing" },
		{ "\n[\n]]", "65 invalid JSON at offset 4 (line 3): Unmatched ']'" },
		{ "\xef\xbb\xbf[}", "65 invalid JSON at offset 4 (line 1): Unmatched '}'" },
		{ "\xef\xbb\xbf[x", "65 invalid JSON at offset 4 (line 1): no JSON value begins "
		    "like this" },
		{ "{} x", "65 invalid JSON at offset 3 (line 1): text after the end of the value" },
		{ "{\"a\" 1}", "65 invalid JSON at offset 5 (line 1): ',' or ':' is missing" },
		{ "{\"a\":1 \"b\"}", "65 invalid JSON at offset 7 (line 1): ',' or ':' is missing" },
		{ "{\"a", "65 invalid JSON at offset 3 (line 1): an unterminated string" },
		{ "\"\\", "65 invalid JSON at offset 2 (line 1): an unterminated string" },
		{ "\"\\x\"", "65 invalid JSON at offset 1 (line 1): unknown escape" },
		{ "\"\\u00g0\"", "65 invalid JSON at offset 1 (line 1): \\u must be followed by "
		    "four hex digits" },
		{ "\"a\nb\"", "65 invalid JSON at offset 2 (line 1): a control character in a "
		    "string" },
		{ "nul", "65 invalid JSON at offset 0 (line 1): unknown word (only true, false and "
		    "null are allowed)" },
		{ "NaN", "65 invalid JSON at offset 0 (line 1): no JSON value begins like this" },
	};
	static const char *const worse[] = {
		"01", "-", "+1", "1.", ".5", "1e", "1e+", "--1", "-a", "0x1",
		"nan", "[nan]", "-nan", "Infinity", "-Infinity", "[truefalse]",
		"[nullnan]", "[1true]", "[1-1]", "[1.10 1.10]", "[1.10\"a\"]",
		"{1.10:2}", "{1.10 :2}", "{},", "{}:", "[1]\f", "\v1",
		"\x1e{}", "\xc2\xa0" "1", "\xef\xbb\xbf\xef\xbb\xbf" "1",
		"\xef\xbb[1]", "\xef\xbb\xbf", "'a'", "{a:1}", "[", "{", "]", "}", ":", ",", "[1,",
		"{\"a\":", "{\"a\":1,", "{1:2}", "tru", "<html>", "\x80",
		"[\"a\\", "\"\\ud800\\u\"", "//x", "1,2", "\"a\" \"b\""
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_STR(c(bad[i][0]), bad[i][1]);
	for (i = 0; i < sizeof(worse) / sizeof(worse[0]); i++)
		if (strncmp(c(worse[i]), "65 ", 3) != 0) {
			printf("# took %s: %s\n", worse[i], got);
			CHECK(0);
		}
	CHECK(strncmp(canon("1\0", 2), "65 ", 3) == 0);
	CHECK(strncmp(canon("\"\0\"", 3), "65 ", 3) == 0);
	CHECK_STR(canon("123456", 3), "123");	/* the length counts, not NUL */
}

TEST("the offset of an error is that in the given text") {
	CHECK_STR(c("[1.10,\"\xff\",\n\"\xff\\ud800\",1.0,}"),
	    "65 invalid JSON at offset 25 (line 2): Unmatched '}'");
	CHECK_STR(c("[\"\xff\",1.10"),
	    "65 invalid JSON at offset 9 (line 1): Unfinished JSON term");
	CHECK_STR(c("[\"\xff\",\x7f"),
	    "65 invalid JSON at offset 5 (line 1): no JSON value begins like this");
}

TEST("200 levels are accepted, 201 are not") {
	char s[2 * 201 + 1];
	int n;

	for (n = 200; n <= 201; n++) {
		memset(s, '[', (size_t)n);
		memset(s + n, ']', (size_t)n);
		CHECK_INT(strncmp(canon(s, 2 * (size_t)n), "65 ", 3) == 0,
		    n == 201);
	}
	CHECK_STR(got, "65 invalid JSON at offset 200 (line 1): nested deeper than 200 levels");
}

static struct json
made(const char *s)
{
	struct json j;

	json_parse(&j, s, strlen(s), NULL, NULL);
	return j;
}

TEST("a value is read by its path, and one of another type gives the default") {
	struct json j = made("{\"a\":{\"b\":\"x\",\"n\":-7,\"h\":1.5,"
	    "\"t\":true},\"l\":[1,{\"k\":2}],\"z\":null,\"d.d\":3}");
	struct json x, y;
	size_t n;

	CHECK_STR(json_str(&j, "a.b"), "x");
	CHECK(json_str(&j, "a.n") == NULL && json_str(&j, "a.b.c") == NULL);
	CHECK_STR(json_strn(&j, "a.b", &n), "x");
	CHECK_INT(n, 1);
	CHECK_INT(json_int(&j, "a.n", 0), -7);
	CHECK_INT(json_int(&j, "a.h", 9), 9);
	CHECK_INT(json_int(&j, "a.b", 9), 9);
	CHECK(json_num(&j, "a.h", 0) > 1.4);
	CHECK_INT(json_bool(&j, "a.t", 0), 1);
	CHECK_INT(json_bool(&j, "a.n", 7), 7);
	CHECK_INT(json_len(&j, "l"), 2);
	CHECK_INT(json_len(&j, "a"), 4);
	CHECK_INT(json_len(&j, "a.b"), 0);
	CHECK_INT(json_type(&j, ""), JSON_OBJ);
	CHECK_INT(json_type(&j, "l"), JSON_ARR);
	CHECK_INT(json_type(&j, "z"), JSON_NULL);
	CHECK_INT(json_type(&j, "zz"), JSON_NONE);
	CHECK_INT(json_type(&j, "a.t"), JSON_BOOL);
	x = json_get(&j, "l");
	y = json_at(&x, 1);
	CHECK_INT(json_int(&y, "k", 0), 2);
	json_free(&y);
	y = json_at(&x, 2);
	CHECK_INT(y.set, 0);
	json_free(&x);
	x = json_member(&j, "d.d");
	CHECK_INT(json_int(&x, "", 0), 3);
	json_free(&x);
	x = json_get(&j, "no.such");
	CHECK_INT(x.set, 0);
	CHECK_INT(json_type(&x, ""), JSON_NONE);
	CHECK_INT(json_len(&x, ""), 0);
	json_free(&x);
	json_free(&j);
	json_free(&j);
}

TEST("members are visited in sorted order") {
	struct json j = made("{\"b\":1,\"a\":2,\"c\":3}"), v;
	struct json_iter it;
	const char *name;
	char s[8] = "";
	int n = 0;

	for (json_iter(&it, &j); json_next(&it, &j, &name, &v); ) {
		s[n++] = *name;
		s[n++] = (char)('0' + json_int(&v, "", 0));
		json_free(&v);
	}
	CHECK_STR(s, "a2b1c3");
	json_iter(&it, &j);
	CHECK_INT(json_next(&it, &j, &name, &v), 1);
	json_free(&v);
	json_iter_free(&it);
	json_free(&j);
	for (json_iter(&it, &j); json_next(&it, &j, &name, &v); )
		n = 99;
	CHECK_INT(n, 6);
}

TEST("values are built, copied on write and compared") {
	struct json o = json_object(), a = json_array(), copy;
	struct buf b = { 0 };

	json_push(&a, json_number(1.5));
	json_push(&a, json_bool_new(0));
	json_push(&a, json_null());
	json_push(&a, (struct json){ 0 });
	json_push(&a, json_stringn("x\0y\xff", 4));
	json_set(&o, "list", a);
	json_set_str(&o, "s", "t");
	json_set_str(&o, "none", NULL);
	json_set_int(&o, "n", 9007199254740991);
	copy = json_copy(&o);
	CHECK_INT(json_equal(&o, &copy), 1);
	json_del(&o, "none");
	json_del(&o, "none");
	CHECK_INT(json_equal(&o, &copy), 0);
	json_dump(&o, &b);
	CHECK_STR(b.s, "{\"list\":[1.5,false,null,null,\"x" FFFD "y" FFFD
	    "\"],\"n\":9007199254740991,\"s\":\"t\"}");
	CHECK_INT(json_len(&copy, ""), 4);
	json_free(&o);
	json_free(&copy);
	CHECK_INT(json_equal(&o, &copy), 1);
	buf_free(&b);
}

TEST("an integer beyond 2^53 is kept as its digits and not read as an integer") {
	struct json o = json_object(), v;
	struct buf b = { 0 };
	int i;

	json_set_int(&o, "a", 9007199254740992);
	json_set_int(&o, "b", 9007199254740993);
	json_set_int(&o, "c", INT64_MIN);
	json_dump(&o, &b);
	CHECK_STR(b.s, "{\"a\":9007199254740992,\"b\":\"9007199254740993\","
	    "\"c\":\"-9223372036854775808\"}");
	json_free(&o);
	o = made("[9007199254740992,-9007199254740992,9007199254740994,1e+17]");
	for (i = 0; i < 4; i++) {
		v = json_at(&o, i);
		CHECK_INT(json_int(&v, "", 7), i > 1 ? 7 :
		    i ? -9007199254740992 : 9007199254740992);
		json_free(&v);
	}
	json_free(&o);
	buf_free(&b);
}

static const char *
spliced(const char *obj, const char *name, const char *val)
{
	struct buf b = { 0 };

	json_splice(&b, obj, strlen(obj), name, val, strlen(val));
	snprintf(got, sizeof(got), "%s", b.s);
	buf_free(&b);
	return got;
}

TEST("a member is inserted at its place") {
	CHECK_STR(spliced("{}", "m", "1"), "{\"m\":1}");
	CHECK_STR(spliced("{\"a\":1}", "m", "[]"), "{\"a\":1,\"m\":[]}");
	CHECK_STR(spliced("{\"z\":1}", "m", "{}"), "{\"m\":{},\"z\":1}");
	CHECK_STR(spliced("{\"m\":{\"x\":[1,\"}\",{}]}}", "m", "2"),
	    "{\"m\":2}");
	CHECK_STR(spliced("{\"a\":\"\\\"m\\\":\",\"m\":1,\"z\":[{}]}", "m",
	    "\"v\""), "{\"a\":\"\\\"m\\\":\",\"m\":\"v\",\"z\":[{}]}");
	CHECK_STR(spliced("{\"aa\":1}", "a", "2"), "{\"a\":2,\"aa\":1}");
	CHECK_STR(spliced("{\"a\":1}", "aa", "2"), "{\"a\":1,\"aa\":2}");
	CHECK_STR(spliced("{\"\\n\":1,\"a\":2}", "\n", "3"),
	    "{\"\\n\":3,\"a\":2}");
	CHECK_STR(spliced("{\"a\\\"b\":1}", "a!", "2"),
	    "{\"a!\":2,\"a\\\"b\":1}");
}

static const char *
member(const char *obj, const char *name)
{
	size_t len = 0;
	const char *p = json_find(obj, strlen(obj), name, &len);

	if (p == NULL)
		return "none";
	snprintf(got, sizeof(got), "%.*s", (int)len, p);
	return got;
}

TEST("the text of a member is found at this level only") {
	CHECK_STR(member("{\"a\":{\"m\":1},\"m\":[2,{}],\"z\":3}", "m"), "[2,{}]");
	CHECK_STR(member("{\"a\":\"\\\"m\\\":1\",\"m\":\"x\\\"y\"}", "m"),
	    "\"x\\\"y\"");
	CHECK_STR(member("{\"a\":{\"m\":1},\"z\":3}", "m"), "none");
	CHECK_STR(member("{\"mm\":1}", "m"), "none");
	CHECK_STR(member("{\"a\":1}", "m"), "none");
	CHECK_STR(member("{}", "m"), "none");
	CHECK_STR(member("[\"m\",1]", "m"), "none");
	CHECK_STR(member("", "m"), "none");
	CHECK_STR(member("{\"\\n\":null}", "\n"), "null");
}

/* Return a random text of the grammar, with special cases. */
static void
grow(struct buf *b, uint32_t *seed, int depth)
{
	static const char *const leaf[] = {
		"0", "-1", "12", "1.5", "1.50", "1e5", "123456789012345678",
		"true", "null", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud83d\"",
		"\"\xc3\xa9\"", "\"\xff\"", "\"\\\"}{][,\"", "{}", "[]"
	};
	static const char *const name[] = {
		"\"a\"", "\"b\"", "\"aa\"", "\"\\u00e9\"", "\"\\n\"", "\"\"",
		"\"z\\\"\"", "\"\xfe\"", "\"\xf0\x9f\x98\x80\""
	};
	uint32_t i, n = test_chance(seed) % 5, kind = test_chance(seed) % 3;

	if (depth == 0 || kind == 0) {
		buf_puts(b, leaf[test_chance(seed) % 18]);
		return;
	}
	buf_putc(b, kind == 1 ? '[' : '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		if (kind == 2) {
			buf_puts(b, name[test_chance(seed) % 9]);
			buf_putc(b, ':');
		}
		grow(b, seed, depth - 1);
	}
	buf_putc(b, kind == 1 ? ']' : '}');
}

/* Change, delete or double one byte. */
static void
spoil(struct buf *b, uint32_t *seed)
{
	static const char bytes[] = "{}[]\":,\\u0a-.e tn\xc3\xff\n";
	size_t at = test_chance(seed) % b->len;
	char c = bytes[test_chance(seed) % (sizeof(bytes) - 1)];

	switch (test_chance(seed) % 3) {
	case 0:
		b->s[at] = c;
		break;
	case 1:
		memmove(b->s + at, b->s + at + 1, b->len - at - 1);
		buf_cut(b, b->len - 1);
		break;
	default:
		buf_putc(b, ' ');
		memmove(b->s + at + 1, b->s + at, b->len - at - 1);
		b->s[at] = c;
	}
}

/* Print the canonical form of a text by libjq's own parser, or "" if it refuses the
   text (and then it may leak). */
static void
by_libjq(struct buf *out, const struct buf *text)
{
	jv v = jv_parse_sized(text->s, (int)text->len), t;

	buf_reset(out);
	if (jv_is_valid(v)) {
		t = jv_dump_string(v, JV_PRINT_SORTED);
		buf_puts(out, jv_string_value(t));
		jv_free(t);
	} else {
		jv_free(v);
	}
}

TEST("a text that is not repaired is parsed as by libjq") {
	struct buf text = { 0 }, ours = { 0 }, theirs = { 0 };
	uint32_t seed = test_seed();
	struct json j;
	int i, k, repaired, good, taken = 0;

	for (i = 0; i < test_rounds(20000); i++) {
		buf_reset(&text);
		buf_reset(&ours);
		grow(&text, &seed, 4);
		for (k = (int)(test_chance(&seed) % 3); k > 0 && text.len > 1; k--)
			spoil(&text, &seed);
		good = json_parse(&j, text.s, text.len, &repaired, NULL) == 0;
		if (good && repaired == 0) {
			taken++;
			json_dump(&j, &ours);
			by_libjq(&theirs, &text);
			CHECK_STR(buf_str(&ours), buf_str(&theirs));
		}
		json_free(&j);
	}
	CHECK(taken > test_rounds(20000) / 20);
	buf_free(&text);
	buf_free(&ours);
	buf_free(&theirs);
}

/* Return the text with its list read item by item and joined again, or "whole" if the
   list was not split. */
static const char *
apart(const char *s)
{
	struct json_items l = { 0 };
	struct buf b = { 0 };
	struct json j, v;
	struct err e;
	size_t i;

	if (json_parse_split(&j, &l, s, strlen(s), "v", NULL, &e) == -1) {
		snprintf(got, sizeof(got), "%s", e.msg);
		return got;
	}
	json_dump(&j, &b);
	for (i = 0; l.is_split && i < l.n; i++) {
		buf_puts(&b, " ");
		if (json_parse_item(&v, &l.v[i], NULL, &e) == 0)
			json_dump(&v, &b);
		else
			buf_puts(&b, e.msg);
		json_free(&v);
	}
	snprintf(got, sizeof(got), "%s%s", l.is_split ? "" : "whole ", b.s);
	buf_free(&b);
	json_free(&j);
	json_items_free(&l);
	return got;
}

TEST("a long list is split into items or left to the parser") {
	CHECK_STR(apart("{\"v\":[]}"), "{\"v\":[]}");
	CHECK_STR(apart("\n{ \"a\" : {\"v\":[9]} , \"v\" : [ 1 ,\t{\"x\":\"]},\\\"\"} , [ [ ] ] \n] , \"z\":2 } "),
	    "{\"a\":{\"v\":[9]},\"v\":[],\"z\":2} 1 {\"x\":\"]},\\\"\"} [[]]");
	CHECK_STR(apart("{\"v\":[1,x]}"), "{\"v\":[]} 1 invalid JSON at offset 0 (line 1): no JSON "
	    "value begins like this");
	CHECK_STR(apart("{\"v\":[1 2,[}]}"), "{\"v\":[]} invalid JSON at offset 2 (line 1): text "
	    "after the end of the value invalid JSON at offset 1 (line 1): Unmatched '}'");
	CHECK_STR(apart("{\"v\":[1 2,{]}]}"), "invalid JSON at offset 8 "
	    "(line 1): ',' or ':' is missing");
	/* each of these is not the list that it seems to be */
	CHECK_STR(apart("{\"v\":[1],\"v\":2}"), "whole {\"v\":2}");
	CHECK_STR(apart("{\"v\":[1],\"\\u0076\":2}"), "whole {\"v\":2}");
	CHECK_STR(apart("{\"v\":1}"), "whole {\"v\":1}");
	CHECK_STR(apart("{\"w\":[1]}"), "whole {\"w\":[1]}");
	CHECK_STR(apart("{}"), "whole {}");
	CHECK_STR(apart("[{\"v\":[1]}]"), "whole [{\"v\":[1]}]");
	CHECK_STR(apart("{\"v\":[1,]}"), "invalid JSON at offset 8 (line 1): "
	    "Expected another array element");
	CHECK_STR(apart("{\"v\":[1],}"), "invalid JSON at offset 9 (line 1): "
	    "Expected another key-value pair");
	CHECK_STR(apart("{\"v\":[1]} x"), "invalid JSON at offset 10 (line 1): text after the end "
	    "of the value");
	CHECK_STR(apart("{\"v\":[1"), "invalid JSON at offset 7 (line 1): "
	    "Unfinished JSON term");
	CHECK_STR(apart("{\"v"), "invalid JSON at offset 3 (line 1): an unterminated string");
	CHECK_STR(apart(""), "invalid JSON at offset 0 (line 1): the text ends too early");
}

/* Return the members in the order of the text. */
static const char *
walked(const char *obj)
{
	const char *at = obj, *end = obj + strlen(obj);
	struct json_span name, val;
	size_t n = 0;

	*got = '\0';
	while (json_walk_text(&at, end, &name, &val))
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s=%.*s ",
		    (int)name.len, name.s, (int)val.len, val.s);
	return got;
}

TEST("the members of a text are visited") {
	CHECK_STR(walked("{}"), "");
	CHECK_STR(walked("{\"a\":{\"x\":[1,2]},\"b\\\"\":\"},{\",\"c\":null}"),
	    "\"a\"={\"x\":[1,2]} \"b\\\"\"=\"},{\" \"c\"=null ");
	CHECK_STR(walked(""), "");
}

TEST("several members are inserted at once") {
	struct json_parts p = { .n = 0 };
	struct buf b = { 0 };
	const char obj[] = "{\"b\":1,\"d\":{\"e\":2},\"f\":3}";

	json_parts_add(&p, "g", "7", 1);
	json_parts_add(&p, "d", "\"old\"", 5);
	json_parts_add(&p, "a", "[]", 2);
	json_parts_add(&p, "c", "{}", 2);
	json_parts_add(&p, "d", "4", 1);
	json_parts_add(&p, "h", "8", 1);
	json_splice_parts(&b, obj, sizeof(obj) - 1, &p);
	CHECK_STR(b.s, "{\"a\":[],\"b\":1,\"c\":{},\"d\":4,\"f\":3,"
	    "\"g\":7,\"h\":8}");
	CHECK_INT(p.n, 0);
	buf_reset(&b);
	json_parts_add(&p, "b", "1", 1);
	json_parts_add(&p, "a", "0", 1);
	json_splice_parts(&b, "{}", 2, &p);
	CHECK_STR(b.s, "{\"a\":0,\"b\":1}");
	buf_reset(&b);
	json_splice_parts(&b, obj, sizeof(obj) - 1, &p);
	CHECK_STR(b.s, obj);
	json_parts_free(&p);
	buf_free(&b);
}

TEST("the canonical form of any text is canonical") {
	struct buf b = { 0 };
	uint32_t seed = test_seed();
	char *once;
	int i;

	for (i = 0; i < test_rounds(5000); i++) {
		buf_reset(&b);
		grow(&b, &seed, 5);
		CHECK(strncmp(canon(b.s, b.len), "65 ", 3) != 0);
		once = strdup(strncmp(got, "\"", 1) != 0 &&
		    strstr(got, "repaired:") != NULL ?
		    strstr(got, "repaired:") + strlen("repaired:") : got);
		CHECK_STR(c(once), once);
		free(once);
	}
	buf_free(&b);
}

/* Return the text that libjq prints for the value. */
static int
as_libjq(const struct json *j, const struct buf *ours)
{
	jv t = jv_dump_string(jv_copy(j->v), JV_PRINT_SORTED);
	int same = strcmp(jv_string_value(t), buf_str(ours)) == 0;

	if (!same)
		printf("# libjq: %s\n# ours:  %s\n", jv_string_value(t),
		    buf_str(ours));
	jv_free(t);
	return same;
}

TEST("random and special values are printed as by libjq") {
	static const char *const odd[] = { "-0", "[]", "{}", "1e+15",
	    "999999999999999", "1000000000000000", "123456789012345680000",
	    "-1e-07", "0.00001", "{\"b\":1,\"a\":2,\"\":3,\"ab\":4,\"B\":5}",
	    "\"\\u0001\\u007f\\u2028\\ud83d\\ude00/\\/\"",
	    "{\"\\u00e9\":1,\"z\":2,\"\\uffff\":3,\"\\ud800\\udc00\":4}" };
	struct buf text = { 0 }, ours = { 0 };
	uint32_t seed = test_seed();
	struct json j;
	struct err e;
	size_t i, n = sizeof(odd) / sizeof(odd[0]);

	for (i = 0; i < n + (size_t)test_rounds(5000); i++) {
		buf_reset(&text);
		buf_reset(&ours);
		if (i < n)
			buf_puts(&text, odd[i]);
		else
			grow(&text, &seed, 5);
		CHECK_INT(json_parse(&j, text.s, text.len, NULL, &e), 0);
		json_dump(&j, &ours);
		CHECK(as_libjq(&j, &ours));
		json_free(&j);
	}
	buf_reset(&ours);
	for (i = 0; i < 100; i++)	/* many members */
		buf_printf(&ours, "%c\"k%zu\":{\"self\":%zu}",
		    i == 0 ? '{' : ',', i * 7919 % 100, i);
	buf_putc(&ours, '}');
	CHECK_INT(json_parse(&j, ours.s, ours.len, NULL, &e), 0);
	buf_reset(&ours);
	json_dump(&j, &ours);
	CHECK(as_libjq(&j, &ours));
	json_free(&j);
	buf_free(&text);
	buf_free(&ours);
}

TEST("a member is left out at every level except below one name") {
	static const char s[] = "{\"self\":1,\"a\":[1,{\"self\":2,\"b\":3}],"
	    "\"keep\":{\"self\":4,\"x\":{\"self\":5}}}";
	struct buf b = { 0 };
	struct json j;
	struct err e;

	CHECK_INT(json_parse(&j, s, strlen(s), NULL, &e), 0);
	json_dump_without(&j, "self", "keep", &b);
	CHECK_STR(b.s, "{\"a\":[1,{\"b\":3}],"
	    "\"keep\":{\"self\":4,\"x\":{\"self\":5}}}");
	json_free(&j);
	buf_free(&b);
}

TEST("any bytes give a value or an error, never a crash") {
	static const char alphabet[] = "{}[]\",:\\u0d8019.eE+-tfn \n\xc3\xa9\xff";
	uint32_t seed = test_seed();
	char s[64];
	int i;
	size_t k, n;

	for (i = 0; i < test_rounds(200000); i++) {
		n = test_chance(&seed) % sizeof(s);
		for (k = 0; k < n; k++)
			s[k] = i % 4 == 0 ? (char)test_chance(&seed) :
			    alphabet[test_chance(&seed) % (sizeof(alphabet) - 1)];
		canon(s, n);
	}
}

TEST("JSON is written member by member, with commas where they belong") {
	struct buf b = { 0 };

	json_out_open(&b, NULL, '{');
	json_out_open(&b, "a", '[');
	json_out_open(&b, NULL, '{');
	json_out_close(&b, '}');
	json_out_int(&b, NULL, -7);
	json_out_str(&b, NULL, "x\"\n");
	json_out_str(&b, NULL, NULL);
	json_out_close(&b, ']');
	json_out_bool(&b, "b", 1);
	json_out_raw(&b, "c", "[1]", 3);
	json_out_name(&b, "d");
	buf_puts(&b, "{}");
	json_out_fmt(&b, "e", "%d%%", 5);
	json_out_strn(&b, "f", "ab", 1);
	json_out_close(&b, '}');
	CHECK_STR(buf_str(&b), "{\"a\":[{},-7,\"x\\\"\\n\",null],\"b\":true,"
	    "\"c\":[1],\"d\":{},\"e\":\"5%\",\"f\":\"a\"}");
	buf_add(&b, "\n", 1);
	json_out_open(&b, NULL, '[');
	CHECK(b.s[b.len - 2] == '\n');
	buf_free(&b);
}

TEST("a complete value is distinguished from a part, a web page and an empty text")
{
	static const char text[] = " {\"a\":[1,{\"b\":\"]}\\\"\"}],\"c\":\"\"}\r\n";
	size_t n, len = sizeof(text) - 1;

	CHECK(json_is_complete(text, len) && json_is_complete(text, len - 2));
	CHECK(json_is_complete("[]", 2) && json_is_complete("[ ]\t", 4));
	for (n = 0; n < len - 2; n++)
		CHECK(!json_is_complete(text, n));
	CHECK(!json_is_complete(NULL, 0) && !json_is_complete("", 0) && !json_is_complete("  ", 2));
	CHECK(!json_is_complete("<html>{}</html>", 15) && !json_is_complete("{} {}", 5));
	CHECK(!json_is_complete("null", 4) && !json_is_complete("\"a\"", 3));
	CHECK(!json_is_complete("{}\0", 3));
}
