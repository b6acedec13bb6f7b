#include "test.h"

#include "base/log.h"
#include "io/jqprog.h"

static char got[4096];

/* All results of text over input, one a line, and "! message" at an error. */
static const char *
run(const char *text, const char *input, const char *args)
{
	struct jqprog *p;
	struct json in, out, a = { 0 };
	struct buf b = { 0 };
	struct err e = { 0 };
	int rc;

	if (args != NULL && json_parse(&a, args, strlen(args), NULL, &e) == -1)
		return e.msg[0] ? "bad args" : "?";
	rc = jqprog_open(&p, "m.jq", text, &a, &e);
	json_free(&a);
	if (rc == -1) {
		snprintf(got, sizeof(got), "%d %s", e.code, e.msg);
		return got;
	}
	json_parse(&in, input, strlen(input), NULL, &e);
	jqprog_feed(p, &in);
	json_free(&in);
	while ((rc = jqprog_next(p, &out, &e)) == JQ_RESULT) {
		json_dump(&out, &b);
		buf_putc(&b, ' ');
		json_free(&out);
	}
	if (rc == -1)
		buf_printf(&b, "! %s", e.msg);
	if (jqprog_next(p, &out, &e) != JQ_END)
		buf_puts(&b, " (more after the end)");
	jqprog_close(p);
	snprintf(got, sizeof(got), "%s", buf_str(&b));
	buf_free(&b);
	return got;
}

TEST("gives every result in turn") {
	CHECK_STR(run(".a[]", "{\"a\":[1,{\"z\":1,\"b\":2}]}", NULL),
	    "1 {\"b\":2,\"z\":1} ");
	CHECK_STR(run("empty", "1", NULL), "");
}

TEST("takes parameters as $names") {
	CHECK_STR(run("$x + .a", "{\"a\":\"!\"}", "{\"x\":\"\\\"hey\"}"),
	    "\"\\\"hey!\" ");
}

TEST("tells the first message of a program that does not compile") {
	CHECK_STR(run(".a\n| foo(1)\n| bar", "1", NULL), "78 program m.jq: "
	    "foo/1 is not defined at <top-level>, line 2: | foo(1)");
	CHECK(strncmp(run("[", "1", NULL), "78 program m.jq: syntax error",
	    29) == 0);
}

TEST("tells what a program objects to, after the results before") {
	CHECK_STR(run("1, error(\"no such key\"), 2", "1", NULL),
	    "1 ! no such key");
	CHECK_STR(run("error({a:1})", "1", NULL), "! {\"a\":1}");
	CHECK_STR(run(".a", "[1]", NULL),
	    "! Cannot index array with string \"a\"");
	CHECK_STR(run("\"bye\" | halt_error", "1", NULL), "! bye");
	CHECK_STR(run("halt", "1", NULL), "! halted");
}

TEST("goes on with the next input after an objection") {
	struct jqprog *p;
	struct json in, out;
	struct err e;

	CHECK_INT(jqprog_open(&p, "m", ".a", NULL, &e), 0);
	in = json_array();
	jqprog_feed(p, &in);
	json_free(&in);
	CHECK_INT(jqprog_next(p, &out, &e), JQ_FAILED);
	in = json_object();
	jqprog_feed(p, &in);
	jqprog_feed(p, &in);	/* results left over are forgotten */
	json_free(&in);
	CHECK_INT(jqprog_next(p, &out, &e), JQ_RESULT);
	CHECK_INT(json_type(&out, ""), JSON_NULL);
	CHECK_INT(jqprog_next(p, &out, &e), JQ_END);
	jqprog_close(p);
}

TEST("shows no environment and no files to a program") {
	setenv("QTEST_API_TOKEN", "hush", 1);
	CHECK_STR(run("[env, $ENV]", "1", NULL), "[{},{}] ");
	CHECK_STR(getenv("QTEST_API_TOKEN"), "hush");
	CHECK(strncmp(run("include \"x\"; .", "1", NULL), "78 ", 3) == 0);
	CHECK_STR(run("input", "1", NULL), "! break");
}

TEST("refuses a result nested too deep to be parsed again") {
	CHECK_STR(run("reduce range(201) as $i (0; [.]) | length", "1", NULL),
	    "1 ");
	CHECK_STR(run("reduce range(201) as $i (0; [.])", "1", NULL),
	    "! a result is nested deeper than 200 levels");
	CHECK_STR(run("reduce range(201) as $i (0; {a: .})", "1", NULL),
	    "! a result is nested deeper than 200 levels");
	CHECK_INT(strlen(run("reduce range(200) as $i (0; [.])", "1", NULL)),
	    402);
}

TEST("refuses a result with NUL in it") {
	CHECK_STR(run("[0] | implode", "1", NULL),
	    "! a result contains NUL in a string");
	CHECK_STR(run("[1, {a: \"x\\u0000\"}]", "1", NULL),
	    "! a result contains NUL in a string");
	CHECK_STR(run("{\"\\u0000\": 1}", "1", NULL),
	    "! a result contains NUL in a string");
	CHECK_STR(run("\"\\u0000\" | length", "1", NULL), "1 ");
}

static void
runaway(void *text)
{
	log_open("ztransform", LOG_INFO, LOG_TEXT);
	jqprog_bound(200, (size_t)64 << 20);
	jqprog_where("test_cases", "X-T1");
	puts(run(text, "1", NULL));
}

static struct test_child child;

TEST("bounds leave an ordinary program alone") {
	char text[] = "[limit(1000; repeat(1))] | length";

	test_run(&child, runaway, text);
	CHECK_STR(child.out, "1000 \n");
	CHECK_INT(child.status, 0);
}

TEST("a program that runs on and on ends in 78, named") {
	char text[] = "last(repeat(1))";

	test_run(&child, runaway, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: ran for more "
	    "than 200 ms on test_cases X-T1\n");
	CHECK_INT(child.status, 78);
}

#ifndef __SANITIZE_ADDRESS__	/* its shadow is memory, too */
/* Memory is to run out first, also where many processes share a core. */
static void
memory_eater(void *text)
{
	log_open("ztransform", LOG_INFO, LOG_TEXT);
	jqprog_bound(60000, (size_t)64 << 20);
	jqprog_where("test_cases", "X-T1");
	puts(run(text, "1", NULL));
}

TEST("a program that eats memory ends in 78, named") {
	char text[] = "[\"abcdefgh\" * 9000000] | length";

	test_run(&child, memory_eater, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: took more "
	    "than 64 MB on test_cases X-T1\n");
	CHECK_INT(child.status, 78);
}

TEST("a program that recurses without end ends in 78, named") {
	char text[] = "def f: 1 + f; f";

	test_run(&child, memory_eater, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: took more "
	    "than 64 MB on test_cases X-T1\n");
	CHECK_INT(child.status, 78);
}

static void
deep(void *text)
{
	log_open("ztransform", LOG_INFO, LOG_TEXT);
	jqprog_bound(20000, (size_t)1 << 30);
	puts(run(text, "1", NULL));
}

TEST("a value nested beyond the stack ends in 78, named") {
	char text[] = "reduce range(1000000) as $i (0; [.]) | length";

	test_run(&child, deep, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: recursed too "
	    "deep on its input\n");
	CHECK_INT(child.status, 78);
}
#endif
