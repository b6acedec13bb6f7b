#include "test.h"

#include "base/log.h"
#include "io/jqbound.h"
#include "io/jqprog.h"

static char got[4096];

/* Return all results of a program, one a line, and "! message" after an error. */
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

TEST("a program gives every result in turn") {
	CHECK_STR(run(".a[]", "{\"a\":[1,{\"z\":1,\"b\":2}]}", NULL),
	    "1 {\"b\":2,\"z\":1} ");
	CHECK_STR(run("empty", "1", NULL), "");
}

TEST("parameters are $names in a program") {
	CHECK_STR(run("$x + .a", "{\"a\":\"!\"}", "{\"x\":\"\\\"hey\"}"),
	    "\"\\\"hey!\" ");
}

TEST("a program that does not compile is reported with its first message") {
	CHECK_STR(run(".a\n| foo(1)\n| bar", "1", NULL), "78 program m.jq: "
	    "foo/1 is not defined at <top-level>, line 2: | foo(1)");
	CHECK(strncmp(run("[", "1", NULL), "78 program m.jq: syntax error",
	    29) == 0);
}

TEST("an error of a program is reported after the results before it") {
	CHECK_STR(run("1, error(\"no such key\"), 2", "1", NULL),
	    "1 ! no such key");
	CHECK_STR(run("error({a:1})", "1", NULL), "! {\"a\":1}");
	CHECK_STR(run(".a", "[1]", NULL),
	    "! Cannot index array with string \"a\"");
	CHECK_STR(run("\"bye\" | halt_error", "1", NULL), "! bye");
	CHECK_STR(run("halt", "1", NULL), "! halted");
}

TEST("a program continues with the next input after an error") {
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

TEST("a program can read neither the environment nor files") {
	setenv("QTEST_API_TOKEN", "hush", 1);
	CHECK_STR(run("[env, $ENV]", "1", NULL), "[{},{}] ");
	CHECK_STR(getenv("QTEST_API_TOKEN"), "hush");
	CHECK(strncmp(run("include \"x\"; .", "1", NULL), "78 ", 3) == 0);
	CHECK_STR(run("input", "1", NULL), "! break");
}

TEST("a result that is nested too deep to be parsed is refused") {
	CHECK_STR(run("reduce range(201) as $i (0; [.]) | length", "1", NULL),
	    "1 ");
	CHECK_STR(run("reduce range(201) as $i (0; [.])", "1", NULL),
	    "! a result is nested deeper than 200 levels");
	CHECK_STR(run("reduce range(201) as $i (0; {a: .})", "1", NULL),
	    "! a result is nested deeper than 200 levels");
	CHECK_INT(strlen(run("reduce range(200) as $i (0; [.])", "1", NULL)),
	    402);
}

TEST("a result with NUL is refused") {
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
	jqbound_set(200, (size_t)64 << 20);
	jqbound_where("test_cases", "X-T1");
	puts(run(text, "1", NULL));
}

static struct test_child child;

TEST("the limits do not affect an ordinary program") {
	char text[] = "[limit(1000; repeat(1))] | length";

	test_run(&child, runaway, text);
	CHECK_STR(child.out, "1000 \n");
	CHECK_INT(child.status, 0);
}

TEST("a program that does not end is stopped with 78 and its name") {
	char text[] = "last(repeat(1))";

	test_run(&child, runaway, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: ran for more "
	    "than 200 ms on test_cases X-T1\n");
	CHECK_INT(child.status, 78);
}

#ifndef __SANITIZE_ADDRESS__	/* the sanitizer needs memory, too */
/* Memory must be exhausted before the time, also on a busy machine. */
static void
memory_eater(void *text)
{
	log_open("ztransform", LOG_INFO, LOG_TEXT);
	jqbound_set(60000, (size_t)64 << 20);
	jqbound_where("test_cases", "X-T1");
	puts(run(text, "1", NULL));
}

TEST("a program that needs too much memory is stopped with 78 and its name") {
	char text[] = "[\"abcdefgh\" * 9000000] | length";

	test_run(&child, memory_eater, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: took more "
	    "than 64 MB on test_cases X-T1\n");
	CHECK_INT(child.status, 78);
}

TEST("a program with endless recursion is stopped with 78 and its name") {
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
	jqbound_set(20000, (size_t)1 << 30);
	puts(run(text, "1", NULL));
}

TEST("a value that is nested too deep for the stack ends with 78 and the program's name") {
	char text[] = "reduce range(1000000) as $i (0; [.]) | length";

	test_run(&child, deep, text);
	CHECK_STR(child.err, "ztransform: error: program m.jq: recursed too "
	    "deep on its input\n");
	CHECK_INT(child.status, 78);
}
#endif
