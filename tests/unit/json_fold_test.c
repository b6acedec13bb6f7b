#include "test.h"

#include "io/json/json.h"

/* Values in answers that are nested too deep. */

static struct buf text;

/* Append the beginning or the end of [[..IN..]] with n levels. */
static void
levels(struct buf *b, int n, const char *in)
{
	int i;

	for (i = 0; i < n; i++)
		buf_putc(b, '[');
	buf_puts(b, in);
	for (i = 0; i < n; i++)
		buf_putc(b, ']');
}

/* What the answer of n levels around in says; "N: " in front when values of it
   were folded, "N!" repaired ones. */
static const char *
answer(int n, const char *in)
{
	struct buf b = { 0 };
	struct json j;
	struct err e;
	int mended = 0;

	levels(&b, n, in);
	buf_reset(&text);
	if (json_parse_answer(&j, b.s, b.len, &mended, &e) == -1) {
		buf_puts(&text, e.msg);
	} else {
		if (mended > 0)
			buf_printf(&text, "%d!", mended);
		if (j.folded > 0)
			buf_printf(&text, "%d: ", j.folded);
		json_dump(&j, &text);
	}
	json_free(&j);
	buf_free(&b);
	return text.s;
}

/* Put n levels around in. */
static const char *
wrapped(const char *before, int n, const char *in)
{
	static struct buf b;

	buf_reset(&b);
	buf_puts(&b, before);
	levels(&b, n, in);
	return b.s;
}

TEST("150 levels of an answer are values, deeper ones are the text of their JSON") {
	CHECK_STR(answer(150, "1"), wrapped("", 150, "1"));
	CHECK_STR(answer(150, "{}"), wrapped("1: ", 150, "\"" JSON_FOLDED "{}\""));
	CHECK_STR(answer(150, "1,[2, 3 ]"), wrapped("1: ", 150, "1,\"" JSON_FOLDED "[2,3]\""));
	CHECK_STR(answer(149, "[[4]],[ ],[[5 ,{ }]]"), wrapped("2: ", 149,
	    "[\"" JSON_FOLDED "[4]\"],[],[\"" JSON_FOLDED "[5,{}]\"]"));
}

TEST("the text of a folded value keeps its numbers and has repaired strings") {
	CHECK_STR(answer(150, "{ \"b\" :[1.10,12345678901234567890.5, -0e1,true , false,null],\n"
	    "\"a\\n\":\"\\ud800\\u0000\xff\\u00e9\\/\",\"c\":{\"d\":{},\"e\":[[],[{}]]}}"),
	    wrapped("3!1: ", 150, "\"" JSON_FOLDED
	    "{\\\"b\\\":[1.10,12345678901234567890.5,-0e1,true,false,null],"
	    "\\\"a\\\\n\\\":\\\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9/\\\","
	    "\\\"c\\\":{\\\"d\\\":{},\\\"e\\\":[[],[{}]]}}\""));
}

TEST("a deep value that is not JSON is refused") {
	static const char *const bad[] = { "[", "]", "[1", "[1,", "[1,]", "[1}", "{\"a\"}",
	    "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[01]", "[tru]", "[nan]", "[\"\\x\"]",
	    "[\"", "[1 2]", "[{]}", "{\"a\":1 \"b\":2}", "[,1]", "[[],,[]]" };
	char name[64], want[64];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(name, sizeof(name), "%s: %.12s", bad[i], answer(150, bad[i]));
		snprintf(want, sizeof(want), "%s: invalid JSON", bad[i]);
		CHECK_STR(name, want);
		/* also beside valid JSON */
		snprintf(name, sizeof(name), "[[1],%s]", bad[i]);
		CHECK(strncmp(answer(149, name), "invalid JSON", 12) == 0);
	}
}

TEST("a hundred thousand levels are read, and each level can be unfolded") {
	enum { N = 100000 };
	struct json j, one;
	struct buf b = { 0 };
	int i, n = 0;

	levels(&b, N, "\"inmost\"");
	CHECK_INT(json_parse_answer(&j, b.s, b.len, NULL, NULL), 0);
	CHECK_INT(j.folded, 1);
	/* a hundred folds show that it continues */
	for (i = 0; i < 100 * 150; i++, n++) {
		one = json_at(&j, 0);
		json_free(&j);
		j = one;
		json_unfold(&j);
		if (json_type(&j, "") != JSON_ARR)
			break;
	}
	CHECK_INT(n, 100 * 150);
	json_free(&j);
	buf_free(&b);
}

TEST("a string that only begins like a folded value is not changed") {
	struct json j = json_string(JSON_FOLDED "[1");

	json_unfold(&j);
	CHECK_STR(json_str(&j, ""), JSON_FOLDED "[1");
	json_free(&j);
	j = json_string(JSON_FOLDED "[1]");
	json_unfold(&j);
	CHECK_INT(json_len(&j, ""), 1);
	json_free(&j);
}

TEST("the path of a folded value has the names of its first two levels") {
	static const char named[] = "{\"a\":\"" JSON_FOLDED "[1]\"}";
	struct buf b = { 0 }, path = { 0 };
	struct json j;

	buf_puts(&b, "{\"a\":{\"x\":[1]},\"b\":[7,{\"c\":{\"d\":");
	levels(&b, 160, "");
	buf_puts(&b, "}}]}");
	CHECK_INT(json_parse_answer(&j, b.s, b.len, NULL, NULL), 0);
	CHECK_INT(json_folded_at(&j, &path), 1);
	CHECK_STR(path.s, "b.c");
	json_free(&j);
	/* a text of the user is not a folded value */
	buf_reset(&path);
	CHECK_INT(json_parse_answer(&j, named, strlen(named), NULL, NULL), 0);
	CHECK_INT(json_folded_at(&j, &path), 0);
	json_free(&j);
	buf_free(&b);
	buf_free(&path);
}

TEST("an item is folded as in its list") {
	struct json_items l = { 0 };
	struct buf b = { 0 };
	struct json j, v, w;
	struct err e;
	int n;

	for (n = 148; n <= 149; n++) {
		buf_reset(&b);
		buf_puts(&b, "{\"v\":[");
		levels(&b, n, "");
		buf_puts(&b, "]}");
		CHECK_INT(json_parse_split(&j, &l, b.s, b.len, "v", NULL, &e), 0);
		CHECK(l.is_split);
		CHECK_INT(json_parse_item(&v, &l.v[0], NULL, &e), 0);
		CHECK_INT(json_parse_answer(&w, b.s, b.len, NULL, &e), 0);
		CHECK_INT(v.folded, n == 149);
		CHECK_INT(w.folded, n == 149);
		json_free(&j);
		json_free(&v);
		json_free(&w);
	}
	json_items_free(&l);
	buf_free(&b);
}
