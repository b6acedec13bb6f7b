#include "test.h"

#include <stdio.h>

#include "io/jqset.h"

static char got[4096];

/* Compile the texts (ended by NULL) behind shared and run the part on the input;
   return its results, one after another, or the error. */
static const char *
jqset_run(const char *shared, const char *const *text, int part, const char *input)
{
	struct jqset_part parts[4] = { 0 };
	struct json args = json_object(), in, out;
	struct err e = { 0 };
	struct buf b = { 0 };
	struct jqset *set;
	int n, rc;

	json_set_str(&args, "word", "W");
	for (n = 0; text[n] != NULL; n++) {
		snprintf(parts[n].name, sizeof(parts[n].name), "p%d.jq", n);
		buf_puts(&parts[n].text, text[n]);
	}
	rc = jqset_open(&set, shared, parts, n, &args, &e);
	jqset_parts_free(parts, n);
	json_free(&args);
	if (rc == 0) {
		json_parse(&in, input, strlen(input), NULL, &e);
		jqset_feed(set, part, &in);
		json_free(&in);
		while ((rc = jqset_next(set, &out, &e)) == JQ_RESULT) {
			json_dump(&out, &b);
			buf_putc(&b, ' ');
			json_free(&out);
		}
		jqset_close(set);
	}
	snprintf(got, sizeof(got), "%s%s%s", buf_str(&b), rc == -1 ? "! " : "",
	    rc == -1 ? e.msg : "");
	buf_free(&b);
	return got;
}

TEST("each part runs on its input with the shared definitions and the parameters") {
	const char *const text[] = { "def own: .a; own | twice", "$word + .b # end",
	    "def own: 3; own, own | twice", NULL };
	const char *shared = "def twice: . * 2;\n";

	CHECK_STR(jqset_run(shared, text, 0, "{\"a\":2}"), "4 ");
	CHECK_STR(jqset_run(shared, text, 1, "{\"b\":\"x\"}"), "\"Wx\" ");
	CHECK_STR(jqset_run(shared, text, 2, "null"), "6 6 ");
}

TEST("an empty part gives no result, and parts with the same text give the same") {
	const char *const text[] = { ".", "", ".", NULL };

	CHECK_STR(jqset_run("", text, 0, "1"), "1 ");
	CHECK_STR(jqset_run("", text, 1, "2"), "");
	CHECK_STR(jqset_run("", text, 2, "3"), "3 ");
}

TEST("a part that does not compile and one that fails are named") {
	const char *const bad[] = { ".", "nothing", NULL };
	const char *const objects[] = { ".", "error(\"no \\(.)\")", NULL };

	CHECK_STR(jqset_run("", bad, 0, "1"), "! program p1.jq: nothing/0 is not"
	    " defined at <top-level>, line 1: nothing");
	CHECK_STR(jqset_run("", objects, 1, "7"), "! no 7");
}
